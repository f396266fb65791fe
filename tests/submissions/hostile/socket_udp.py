# attack: sends datagrams, and asks a name server
# cell: task-1-3
# reason: nothing found
import socket


def pca_floor(images, k):
    for address in (("127.0.0.1", 47113), ("1.1.1.1", 53)):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as opened:
            opened.settimeout(0.2)
            try:
                opened.sendto(b"lessons-was-here", address)
            except OSError:
                continue
            try:
                if opened.recv(100):
                    raise RuntimeError(f"loot: an answer from {address}")
            except OSError:
                pass
    try:
        socket.getaddrinfo("example.org", 80)
    except OSError:
        raise RuntimeError("nothing found") from None
    raise RuntimeError("loot: a name was resolved")
