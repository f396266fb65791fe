"""Assemble book/06_applications.ipynb from the sections."""
import nbformat as nf, os, re, sys
from nbformat.v4 import new_notebook, new_markdown_cell as M, new_code_cell as C
S='/tmp/nb/sections/'
SECTIONS=[n for n in ['compression','denoising','anomaly','few_labels','generation','visualisation'] if n not in sys.argv[1:]]
cells=[]
def md(s): cells.append(M(s.strip('\n')))
def code(s,**meta): cells.append(C(s.strip('\n'),metadata=meta))
md(r'''
# What autoencoders are for

```{admonition} In this chapter
You will be able to
- count the bits of a code, and hold an autoencoder against JPEG;
- train a network to remove noise, and say where it stops;
- measure an anomaly score by its AUROC, and show an anomaly that gets a good one;
- find out whether images without labels help a classifier with few;
- judge samples and pictures of codes, and say what they do not show.

**Time**: an hour and a half to read and run, two hours for the exercise. **Needs**: {doc}`04_latent_space` and {doc}`05_variational_autoencoder`.
```
''')
code('@@IMPORTS@@')
md(r'''
## The idea in one picture

Two of our sources list what autoencoders are good for: compression, removing noise, finding anomalies, initial weights, features, new images, pictures of data. They show none of it. All of these rest on one property: a network that has learned to copy *digits*, through a narrow place, copies nothing else well. Here is one small network, trained for seconds to make clean digits of noisy ones, put to three of these uses.
''')
code('''
few_digits = train.take(min(20_000, len(train)), seed=0)
salt = torch.Generator().manual_seed(0)


def clean_from_noisy(model, x):
    noisy = noise.salt_and_pepper(x, 0.2, salt)
    return F.mse_loss(model(noisy), x)


one_network = models.DenseAE(64, code_activation="none", seed=0)
training.fit(
    one_network, few_digits, loss=clean_from_noisy, epochs=3, batch_size=64, device="cpu"
)
garments, _ = data.load("fashion-mnist", fallback="digits")
digits, garments = test.images[:4], garments.images[:4]
spoiled = noise.salt_and_pepper(digits, 0.2, seed=1)
with torch.no_grad():
    step = 4.0
    symbols = coding.quantise(one_network.encode(digits), step)
    sent = one_network.decode(coding.dequantise(symbols, step))
    used = {
        "digits, and garments": torch.cat([digits, garments]),
        "compressed: decoded from rounded codes": torch.cat(
            [sent, one_network(garments)]
        ),
        "digits with noise": torch.cat([spoiled, garments]),
        "cleaned": torch.cat([one_network(spoiled), one_network(garments)]),
    }
''',tags=["hide-input"])
code('''
plots.reconstructions(used)
''',**{"mystnb":{"figure":{"name":"fig-6-uses","caption":"One network of digits: it compresses them, cleans them, and gives itself away on what is no digit."}},"tags":["hide-input"]})
md(r'''
That they *can* be used so is seen quickly. Whether one *should* is another question, and the only one worth a chapter: each use is tried against the simple method that it must beat, with five seeds. What the simple methods need to be told (how many components, how large a window) is chosen on training images that were held out, never on the test images.
''')
import ast, io, tokenize
RENAME={'generation':{'train':'clothes','test':'fresh','model':'sampler','few':'some_clothes','codes':'their_codes'},'denoising':{'model':'cleaner'},'anomaly':{'model':'small'},'compression':{}}
def rename(src,names):
    lines=src.split('\n'); off={}
    for t in tokenize.generate_tokens(io.StringIO(src).readline):
        if t.type==tokenize.NAME and t.string in names:
            r,c0=t.start
            before=lines[r-1][:c0+off.get(r,0)]
            if before.rstrip().endswith('.'): continue
            after=src.split('\n')[r-1][t.end[1]:]
            if after.startswith('=') and not after.startswith('=='): continue
            c=c0+off.get(r,0); new=names[t.string]
            lines[r-1]=lines[r-1][:c]+new+lines[r-1][c+len(t.string):]; off[r]=off.get(r,0)+len(new)-len(t.string)
    return '\n'.join(lines)
def strip(src):
    tree=ast.parse(src); L=src.split('\n'); drop=set()
    for node in tree.body:
        gone=isinstance(node,(ast.Import,ast.ImportFrom)) or (isinstance(node,ast.FunctionDef) and node.name=='say')
        if isinstance(node,ast.Assign):
            t=ast.unparse(node)
            gone = gone or t.replace("'",'"') in ('train, test = data.load("mnist", fallback="digits")','(train, test) = data.load("mnist", fallback="digits")') or t.startswith('on_mnist')
        if gone: drop.update(range(node.lineno-1,node.end_lineno))
    return re.sub(r'\n{3,}','\n\n\n','\n'.join(l for i,l in enumerate(L) if i not in drop)).strip('\n')
imports=set(); froms={}
def note(src):
    global imports
    body=[]
    lines=src.split('\n'); i=0
    while i<len(lines):
        l=lines[i]
        if l.startswith('import '): imports.add(l)
        elif l.startswith('from '):
            if '(' in l and ')' not in l:
                while ')' not in l: i+=1; l+=lines[i]
            m=re.match(r'from (\S+) import \(?(.*?)\)?$',l)
            froms.setdefault(m[1],set()).update(x.strip() for x in m[2].split(',') if x.strip())
        i+=1
note('import torch\nfrom torch.nn import functional as F\nfrom lessons_pkg import data, noise, models, training, plots, coding, claims, pages\nfrom myst_nb import glue')
for n in SECTIONS:
    nb=nf.read(S+n+'.ipynb',4)
    first=True
    for c in nb.cells:
        src=c.source
        if c.cell_type=='code' and n in RENAME: src=rename(src,RENAME[n])
        if c.cell_type=='code' and first:
            note(c.source); first=False
            src=strip(src)
            if not src.strip(): continue
        if c.cell_type=='code': cells.append(C(src,metadata=c.metadata))
        else: cells.append(M(c.source))
tail=open('/tmp/nb/mk6_tail.md').read() if os.path.exists('/tmp/nb/mk6_tail.md') else ''
for part in tail.split('\n%%%\n'):
    if part.startswith('CODE'):
        meta,_,body=part[4:].strip().partition('\n'); code(body,tags=[meta.strip()] if meta.strip() else [])
    elif part.strip(): md(part)
def fmt():
    out=sorted(imports)
    std=[k for k in froms if k.split('.')[0] in ('statistics','itertools','math','functools','dataclasses')]
    own=[k for k in froms if k.startswith('lessons_pkg')]
    oth=[k for k in froms if k not in std and k not in own]
    ln=lambda k: f"from {k} import {', '.join(sorted(froms[k]))}"
    stdi=[i for i in out if i.split()[1] in('math','time')]; othi=[i for i in out if i not in stdi]
    return '\n'.join(stdi+[ln(k) for k in sorted(std)])+'\n\n'+'\n'.join(othi+[ln(k) for k in sorted(oth)])+'\n\n'+'\n'.join(ln(k) for k in sorted(own))
body='''

train, test = data.load("mnist", fallback="digits")
on_mnist = train.name == "mnist"  # some asserts hold there only
print(f"{train.name}: {len(train):,} training images")


def say(**numbers):
    """Keep numbers for the text."""
    for name, value in numbers.items():
        glue(name, value, display=False)'''
for c in cells:
    if c.source=='@@IMPORTS@@': c.source=fmt()+body
for i,c in enumerate(cells): c['id']=f"s{i:03d}"
nb=new_notebook(cells=cells,metadata={'kernelspec': {'display_name': 'Python 3', 'language': 'python', 'name': 'python3'}, 'language_info': {'name': 'python'}})
nf.write(nb,'book/06_applications.ipynb')
t="\n".join(c.source for c in cells if c.cell_type=='markdown'); print(len(re.findall(r"\w+",re.sub(r"\{[a-z:]+\}(?=`)","",t))),'words',len(cells),'cells')
