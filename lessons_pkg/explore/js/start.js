// The last script of a page with explorers.
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", Lessons.start);
else Lessons.start();
