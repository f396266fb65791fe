# After the recipes anomaly, generation and foreign_images are stored (ls /work/h-anomaly/book/results): executes the two sections, shows tables,
# and stores them with outputs in /tmp/nb/sections. An assert that fails says which sentence of the reading must change.
source /tmp/nb/envw.sh /work/h-anomaly; cd /tmp/anwork
for s in ${@:-anomaly gen}; do nice -n 10 python sec_$s.py /work/h-anomaly store 2>&1 | grep -v IPKernel; done
for f in anomaly generation visualisation; do ruff format -q --config /work/h-anomaly/book/ruff.toml /tmp/nb/sections/$f.ipynb; done
