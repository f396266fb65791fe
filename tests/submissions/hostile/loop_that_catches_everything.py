# attack: the cell never ends, and takes every interrupt for an error to go on after
# waits: yes
import time

while True:
    try:
        while True:
            time.sleep(0.01)
    except BaseException:
        pass
