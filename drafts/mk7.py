import nbformat as nf
from nbformat.v4 import new_notebook, new_markdown_cell as M, new_code_cell as C
cells=[]
def md(s): cells.append(M(s.strip('\n')))
def code(s,**meta): cells.append(C(s.strip('\n'),metadata=meta))
def fig(name,caption): return {"mystnb":{"figure":{"name":name,"caption":caption}},"tags":["hide-input"]}
md(r'''
# The sources, re-examined

```{admonition} In this chapter
You will be able to
- read a claim so that it can be tested, and say what is missing where it cannot;
- name the condition under which a claim holds;
- tell a false claim from a confounded one and from one that nobody can decide;
- find out whether one seed would have told you the same.

**Time**: an hour to read and run. **Needs**: {doc}`06_applications`; each row of the tables leads back to its chapter.
```
''')
code('''
from itertools import product

import torch
from myst_nb import glue

from lessons_pkg import claims, data, experiments, models, pages, plots, training

train, test = data.load("mnist", fallback="digits")
print(f"{train.name}: {len(train):,} training images")


def say(**numbers):
    """Keep numbers for the text."""
    for name, value in numbers.items():
        glue(name, value, display=False)
''')
md(r'''
## The idea in one picture

This course began with five short texts. They are honest texts: somebody wanted to understand autoencoders, built one, looked, and wrote down what they saw. Between them they make some dozens of statements that can be tested. The chapters before this one tested them, one at a time. Here they stand together.

*Predict: of all those claims, what share holds just as it was said? And what share is plainly false?*
''')
code('''
found = claims.load()
topics = {}
for claim in found:
    topics.setdefault(claim.topic, []).append(claim)
plots.verdicts(
    {topic: [claim.verdict for claim in some] for topic, some in topics.items()},
    kinds=claims.VERDICTS,
)
''',**fig("fig-7-verdicts","A square for each claim of the sources, coloured by what became of it."))
code('''
counted = claims.count(found)
assert len(found) >= 20
assert max(counted, key=counted.get) == "holds with a condition"
say(
    claims_all=len(found),
    **{verdict.replace(" ", "_"): number for verdict, number in counted.items()},
)
''',tags=["remove-cell"])
md(r'''
Of {glue:text}`claims_all` claims {glue:text}`holds` hold as they were said, and {glue:text}`false` are false. Neither is the rule. The most common fate, by far, is in between: {glue:text}`holds_with_a_condition` claims are true *if* something is added that the text does not say. That is the lesson of this chapter. A statement about a network is rarely wrong. It is unfinished: for which code size, on which data, with which optimiser, on how many seeds, against what?

## Five verdicts, five questions

A claim is tried in five steps. Each of them has failed somewhere below.

1. **What would the numbers be if it were false?** If no result could speak against a sentence, it is not a claim. "Reshape gives the image its shape back" is true of any order whatever, and so says nothing about order.
2. **In which unit?** A loss is a sum or a mean, over pixels, over images, or over both.
3. **What else was changed?** Two networks that differ in the bottleneck *and* in the size of their code show nothing about the bottleneck.
4. **Against what?** "A low error" needs the simplest method of the same size beside it. Here that is PCA: on the images it was fitted to, no affine decoder of as many numbers does better.
5. **On how many seeds?** One training is one throw of a die.

The verdicts are words with a fixed meaning:

- **holds**: every seed shows it, in the setting of the source;
- **holds with a condition**: it is so where the condition is met, and we have seen where it is not;
- **confounded**: the comparison that was made cannot show it, because something else differs as well;
- **undetermined**: the text leaves out what one would need to know;
- **false**: we tried to make it come true, fairly, and it does not.

In the tables, a value with a range is the mean over the seeds, with the lowest and the highest. No figure in them was typed. They are read from the result files of the recipes, and each verdict has conditions beside it in `book/claims.yml`, such as `angle < 1`. If a result changes so that a condition fails, the tests of this course fail with it.

### The second question: one error, many units

Take one small linear autoencoder, after one epoch, and report how well it does. On $N$ images of $D$ pixels its error is

$$e = \frac{1}{ND}\sum_{n=1}^{N}\sum_{d=1}^{D} (\hat x_{nd} - x_{nd})^2,$$ (eq-7-error)

or a relative of it:
''')
code('''
model = models.LinearAE(32, seed=0)
training.fit(model, train, epochs=1, batch_size=128, seed=0)
model.cpu()
with torch.no_grad():
    squared = (model(test.images) - test.images).square().mean().item()
units = {
    "mean over pixels and images": squared,
    "the same, times a batch of 16": 16 * squared,
    "the same, times a batch of 20": 20 * squared,
    "sum over the pixels of an image": 784 * squared,
    "root of the mean (RMSE)": squared**0.5,
    "RMSE, grey values from 0 to 255": 255 * squared**0.5,
    "mean, pixels scaled to [-1, 1]": 4 * squared,
}
pages.table(
    ["what is called the loss", "value"],
    [[name, f"{value:.4g}"] for name, value in units.items()],
)
''')
code('''
# NBVAL_CHECK_OUTPUT
factors = {name: round(value / squared) for name, value in units.items()}
linear = {name: factors[name] for name in units if "RMSE" not in name}
for name, factor in linear.items():
    print(f"{name}: e times {factor}")
''')
md(r'''
All of them describe the same network on the same images, {eq}`eq-7-error` times some factor, or the root of it. All of them occur in papers and in blog posts. Whoever compares two such numbers without knowing both units compares nothing.

### The fifth question: would one seed have told you?

Our recipes keep every seed. So we can play the author who trains each network once: take any seed of one arm and any seed of the other, and see how often the pair gives the answer that the means give.
''')
code('''
def agreeing(recipe, one, other):
    """Share of the pairs of single seeds that order two arms as their means do."""
    stored = experiments.load(recipe)
    first, second = stored.over_seeds(*one), stored.over_seeds(*other)
    sign = sum(first) / len(first) < sum(second) / len(second)
    pairs = list(product(first, second))
    return sum((a < b) == sign for a, b in pairs) / len(pairs)


duels = {
    "dense below linear, 32 numbers": agreeing(
        "reconstruction_vs_code_size",
        ("mnist", "dense", "32", "test"),
        ("mnist", "linear", "32", "test"),
    ),
    "exercise 2 with ReLU below without": agreeing(
        "conv_ae_30_epochs",
        ("with ReLU", "train"),
        ("without ReLU", "train"),
    ),
    "bags against boots on the map": agreeing(
        "latent_plane",
        ("AE", "from", "box", "shares", "9"),
        ("AE", "from", "box", "shares", "8"),
    ),
    "VAE smoother than AE, in a plane": agreeing(
        "latent_plane", ("VAE", "roughness"), ("AE", "roughness")
    ),
    "VAE groups classes better, in a plane": agreeing(
        "latent_plane", ("AE", "knn_accuracy"), ("VAE", "knn_accuracy")
    ),
}
pages.table(
    ["claim about two arms", "pairs of single seeds that agree"],
    [[name, f"{share:.0%}"] for name, share in duels.items()],
)
''')
code('''
# NBVAL_CHECK_OUTPUT
always = [name for name, share in duels.items() if share == 1]
print("one seed of each is enough for:", "; ".join(always))
doubtful = [name for name, share in duels.items() if share < 0.75]
print("hardly better than a coin for:", "; ".join(doubtful))
''')
md(r'''
Some effects are so large that one seed of each would do. Others are hardly better than a coin: two careful people would have written opposite texts, each with a picture to prove it. Nothing in a single picture tells you which kind you have before you. That is why five seeds are the least this course accepts, and why the range stands beside the mean.

## The five texts

The letters in the tables stand for these.
''')
code('''
pages.table(
    ["", "source"],
    [[f"**{letter}**", told] for letter, told in claims.sources().items()],
    text=2,
)
''')
md('''
## The linear autoencoder
''')
code('''claims.table(topics["linear"])''')
md(r'''
The theory here is old and proved, and the claims that quote it are safe. What goes wrong is the measured part: a loss without its unit, and a network that is called linear although it may not be. Note the row about t-SNE. It is the only one in which a *picture* was the evidence, and it is right about neighbours and silent about everything else that the eye reads from it.

## The convolutional autoencoder
''')
code('''claims.table(topics["convolutional"])''')
md(r'''
The figures of source E can be reproduced to the third digit; that speaks for its author. The conclusion cannot be drawn from them. 196 numbers against 32 is not an architecture against an architecture. At equal size the convolutional network does win, for a reason that the source does not name: a bottleneck that sees the whole map.

## The bottleneck
''')
code('''claims.table(topics["bottleneck"])''')
md(r'''
Here the reasons are false, not the observations. Two pictures did differ, and the explanation that was at hand was the layer with the bad name. Three other things differed too: the size of the code, an activation, and, in the Keras listing, an average over all places. An experiment that changes four things at once can only tell you that at least one of them matters.

## The latent space
''')
code('''claims.table(topics["latent space"])''')
md(r'''
What source C saw is there. Each of its observations became more exact with a number, and mostly weaker: on four of five maps, for this way of sampling, against what the same decoder can do at best. "Not continuous" is the one that should be unlearned. A decoder of convolutions and ReLUs is a continuous function, whatever its training was; where no code lies it has not been *trained*, which is another thing, and it is not mended by asking for continuity.

## The VAE
''')
code('''claims.table(topics["VAE"])''')
md(r'''
"Necessary" is a strong word. One counterexample is enough against it: `lessons_pkg/experiments/gradient_estimators.py` trains a VAE without. The other word to be careful with is "solves". A VAE can mend the three problems; the one that most people train, with the weights that come out of the box, mends little of them.

## The applications
''')
code('''claims.table(topics["applications"])''')
md(r'''
The sources list what autoencoders are good for and try none of it. A list is not a claim that it works *better than something else*, and so these rows are read in the weakest sense: does it work at all, and against the simple method that a reader would try first? {doc}`06_applications` has the curves.

## What went wrong in the sources, and in most texts

Read the column of verdicts from top to bottom, and a few patterns come back.

- **The missing denominator.** No unit, no batch size, no code size. It costs five words to give them.
- **The second difference.** Whoever rebuilds a network to try one idea changes its number of parameters, its code size or its training as well. Count them before you believe.
- **Why, before whether.** A reason was given for a difference that one training had shown. The reason sounded good. Ask first whether the difference is there on the next seed.
- **The picture as a judge.** Reconstructions at 28×28 all look alike; the eye cannot see a factor of two in the squared error, and it sees islands in t-SNE where distances mean nothing.
- **No simple rival.** Most claims of the form "autoencoders can" become interesting only beside PCA, a median filter or the nearest neighbour.

We are no exception. In {doc}`03_bottleneck_and_reshape` the winner at equal code size depends on the optimiser, which none of the sources mentions and which we could have left fixed, too.

### What was not tested

Not every sentence could be. That fully connected layers "excel at abstract features" needs a definition of abstract. That limits remain "however long one trains" needs longer trainings than a recipe of an hour allows; ours are short, and the pages say so. And all of it is MNIST and Fashion-MNIST, 28×28 pixels, on a laptop: a claim that holds here may fail on photographs, and the other way round.

## Exercise

No notebook this time. Take a text that you trust, a paper, a lecture, a page of this course, and write three rows for `book/claims.yml` from it:

1. Copy the claim in one sentence, in the author's own terms. Underline the word that carries it: *better*, *because*, *necessary*, *all*.
2. Write down which numbers would speak against it, **before** you look for any.
3. Find a result file with such numbers (`make results` lists the recipes), or write the recipe.
4. Give the conditions, run `python -m pytest tests/test_claims.py`, and read what it says of a key that leads nowhere and of a verdict that its numbers do not bear out.

If one of your three holds without a condition, try it on another data set.

## In three lines

- Most claims about networks are neither true nor false but unfinished: the condition is missing.
- Unit, code size, what else was changed, the simple rival, the seeds: five questions, a minute each.
- A verdict is worth as much as the number beneath it, and the number as much as the command that makes it again.

## References

The papers behind each row stand in the chapter it leads to. On comparing trainings by several seeds: {cite:t}`c7-bouthillier2021accounting`; on claims that outrun their experiments: {cite:t}`c7-lipton2019troubling`.

```{bibliography}
:filter: docname in docnames
:keyprefix: c7-
```
''')
nb=new_notebook(cells=cells,metadata={'kernelspec': {'display_name': 'Python 3', 'language': 'python', 'name': 'python3'}, 'language_info': {'name': 'python'}})
for i,c in enumerate(nb.cells): c['id']=f"c{i:02d}"
nf.write(nb,'book/07_sources_re_examined.ipynb')
import re
text="\n".join(c.source for c in nb.cells if c.cell_type=='markdown'); print(len(re.findall(r"\w+",text)))
