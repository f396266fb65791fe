"""Recipes: every one runs, its stored results belong to the code as it stands, and nothing computed is lost."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, replace
from types import ModuleType

import platformdirs
import pytest
import torch

from lessons_pkg import code_hash, data, experiments, zoo
from lessons_pkg.experiments import __main__ as command
from lessons_pkg.experiments import recipe as recipes
from lessons_pkg.experiments.recipe import Recipe, ResultMissing, current_hash, differences
from lessons_pkg.experiments.side_by_side import Ended

# --- the recipes of the book ----------------------------------------------------------------------------------------


def test_there_are_recipes():
    assert "activations" in experiments.names()


@pytest.mark.parametrize("name", experiments.names())
def test_every_recipe_runs_on_a_dummy_batch(name, monkeypatch, tmp_path):
    monkeypatch.setattr(platformdirs, "user_cache_dir", lambda *_: str(tmp_path))  # not beside real checkpoints
    chosen, settings = recipes.smallest(name)
    draw = torch.Generator().manual_seed(0)
    train, test = (
        data.ImageSet(
            torch.rand(64, 1, 28, 28, generator=draw),
            torch.randint(10, (64,), generator=draw),
            tuple("0123456789"),
            "noise",
        )
        for _ in range(2)
    )
    for values in (chosen.run_seed(0, train, test, settings), chosen.reference(train, test, settings)):
        assert values
        assert isinstance(values, dict)
        # What comes back from the file must be what went in, or a re-run could not be compared with it.
        assert json.loads(json.dumps(values, allow_nan=False)) == values


@pytest.mark.parametrize("name", ["latent_plane", "latent_dimensions", "kl_weight", "generation", "sparse_autoencoder"])
def test_the_judge_of_the_zoo_is_the_one_that_judged(name):
    """Its weights are in no hash: whoever trains it anew runs these recipes anew."""
    reference = experiments.load(name).reference
    judged_by = reference.get("real", reference)["judge_accuracy"]
    assert judged_by == pytest.approx(zoo.card("fashion-judge")["test_accuracy"], abs=5e-4)


def test_a_limit_of_its_own_holds_for_whole_numbers_too():
    stored, found = {"active": [10], "parts": 10}, {"active": [11], "parts": 11}
    told = list(recipes.differences(stored, found, 0.02, {"active": 0.2}))
    assert [line.split(":")[0] for line in told] == ["/parts"]
    assert list(recipes.differences({"active": 10}, {"active": 14}, 0.02, {"active": 0.2}))


@pytest.mark.parametrize("name", experiments.names())
def test_every_recipe_asks_a_question_and_has_five_seeds(name):
    chosen = recipes.recipe(name)
    assert chosen.question.endswith("?")
    assert len(set(chosen.seeds)) >= 5
    assert 0 < chosen.tolerance <= 0.1
    sets = {chosen.dataset} if isinstance(chosen.dataset, str) else set(chosen.dataset)
    assert sets
    assert sets <= set(data.NAMES)


@pytest.mark.parametrize("name", experiments.names())
def test_the_stored_results_are_complete_and_made_by_the_code_as_it_stands(name):
    stored = experiments.load(name)  # raises where the file or a seed is missing
    chosen = recipes.recipe(name)
    assert set(stored.values) == set(chosen.seeds)
    assert stored.hash == current_hash(name), f"the code has changed: run  python -m lessons_pkg.experiments {name}"
    assert stored.settings == json.loads(json.dumps(recipes.asdict(chosen.settings)))  # a file has no tuples
    assert all(seconds > 0 for seconds in stored.seconds.values())
    assert {"python", "torch", "hardware"} <= set(stored.made_with)
    first, *others = stored.values.values()
    assert all(other.keys() == first.keys() for other in others)


def test_every_result_file_belongs_to_a_recipe():
    stored = {path.stem for path in recipes.RESULTS.glob("*.json") if ".old-" not in path.name}
    assert stored - {"benchmarks"} <= set(experiments.names())  # what `make bench` writes is no recipe's


# --- a recipe that takes no time ------------------------------------------------------------------------------------

SOURCE = '''"""A recipe that takes no time."""

def run_seed(seed, train, test, settings):
    """What one seed gives."""
    total = 0.0
    for image in train.images[:3]:
        # one after the other
        total += float(image.sum()) * settings.scale
    return {"total": total + seed, "linear": {"steps": [seed, 2 * seed]}}
'''


@dataclass(frozen=True)
class Settings:
    scale: float = 2.0


def inline(work, seeds, jobs=None):
    """In place of processes: every seed runs here, when its result is asked for."""
    for seed in seeds:
        try:
            yield Ended(seed, work(seed))
        except Exception as error:
            yield Ended(seed, error=error)


@pytest.fixture
def quick(tmp_path, monkeypatch):
    """The recipe "quick" with its results in tmp_path; ``quick.seen`` lists the seeds that were run."""
    module = ModuleType("lessons_pkg.experiments.quick")
    module.__file__ = str(tmp_path / "quick.py")
    module.seen = []
    (tmp_path / "quick.py").write_text(SOURCE)
    exec(SOURCE, module.__dict__)
    work = module.run_seed

    def run_seed(seed, train, test, settings):
        module.seen.append(seed)
        return work(seed, train, test, settings)

    module.RECIPE = Recipe(
        question="Does it go on?",
        settings=Settings(),
        smallest={"scale": 1.0},
        run_seed=run_seed,
        reference=lambda train, test, settings: {"images": len(train)},
        uses=(),
        tolerance=0.01,
        dataset="digits",
        seeds=(0, 1, 2),
    )
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(recipes, "names", lambda: ["quick"])
    monkeypatch.setattr(recipes, "RESULTS", tmp_path / "results")
    monkeypatch.setattr(recipes, "each_in_a_process", inline)
    monkeypatch.setattr(torch, "set_num_threads", lambda _: None)  # meant for a process of its own
    return module


def file_of(name: str) -> dict:
    return json.loads((recipes.RESULTS / f"{name}.json").read_text())


def change_code(quick, old: str, new: str) -> None:
    path = recipes.Path(quick.__file__)
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def test_results_come_back_as_they_were_made(quick):
    made = recipes.run("quick")
    again = recipes.load("quick")
    assert made == again
    assert made.values[2]["linear"] == {"steps": [2, 4]}
    assert made.over_seeds("linear", "steps") == [[0, 0], [1, 2], [2, 4]]
    assert made.reference == {"images": 1500}
    assert made.settings == {"scale": 2.0}
    assert made.hash == current_hash("quick")
    assert {path.name for path in recipes.RESULTS.iterdir()} == {"quick.json", ".quick.lock"}  # no half-written file


def test_a_recipe_on_several_data_sets_runs_on_each_and_keeps_them_apart(quick, monkeypatch):
    digits = data.load("digits")
    asked = []
    monkeypatch.setattr(data, "load", lambda name: asked.append(name) or (digits[0][: len(name)], digits[1]))
    several = replace(quick.RECIPE, dataset=("a", "four"))
    monkeypatch.setattr(quick, "RECIPE", several)
    made = recipes.run("quick", [1, 0, 2])
    assert made.reference == {"a": {"images": 1}, "four": {"images": 4}}
    assert made.over_seeds("four", "linear", "steps") == made.over_seeds("a", "linear", "steps")
    assert asked == ["a", "four"] * 4  # for the reference, and for each of three seeds


def test_the_patch_matrix_is_what_the_conv_autoencoder_decodes():
    """conv_ae_30_epochs looks inside by a matrix: with the sigmoid behind it, it must draw what the decoder draws."""
    from torch.nn import functional as F

    from lessons_pkg.experiments import conv_ae_30_epochs as thirty
    from lessons_pkg.models import ConvAE

    model, images = ConvAE(seed=3), torch.rand(6, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    matrix, offset = thirty.patch_matrix(model)
    patches = torch.sigmoid(thirty.codes_per_cell(model, images) @ matrix.T + offset).unflatten(0, (6, 49)).mT
    with torch.no_grad():
        assert torch.allclose(F.fold(patches, (28, 28), 4, stride=4), model(images).double(), atol=1e-6)
    directions, spread = thirty.patch_directions(model, images)
    varied = (thirty.codes_per_cell(model, images) @ matrix.T) @ directions
    assert torch.allclose(varied.std(0), spread, rtol=1e-6)
    assert torch.allclose(torch.corrcoef(varied.T), torch.eye(4, dtype=torch.float64), atol=1e-5)
    assert spread.tolist() == sorted(spread.tolist(), reverse=True)


def test_seeds_that_are_stored_are_not_run_again(quick, capsys):
    assert recipes.run("quick", [1]) is None  # the others are still missing
    assert recipes.run("quick") is not None
    recipes.run("quick")
    assert quick.seen == [1, 0, 2]
    assert "nothing to do, seeds [0, 1, 2] are stored" in capsys.readouterr().out


def test_an_interrupted_run_keeps_its_seeds_and_goes_on(quick, monkeypatch, capsys):
    chosen = quick.RECIPE

    def interrupted(seed, *rest):
        if seed == 1:
            raise KeyboardInterrupt
        return chosen.run_seed(seed, *rest)

    quick.RECIPE = recipes.replace(chosen, run_seed=interrupted)
    with pytest.raises(KeyboardInterrupt):
        recipes.run("quick")
    assert "interrupted; 1 seeds are stored, the same command goes on from there" in capsys.readouterr().out
    assert list(file_of("quick")["seeds"]) == ["0"]
    quick.RECIPE = chosen
    assert set(recipes.run("quick").values) == {0, 1, 2}
    assert quick.seen == [0, 1, 2]


def test_a_seed_that_fails_does_not_take_the_others_with_it(quick):
    chosen = quick.RECIPE

    def failing(seed, *rest):
        if seed == 1:
            raise FileNotFoundError("gone")
        return chosen.run_seed(seed, *rest)

    quick.RECIPE = recipes.replace(chosen, run_seed=failing)
    with pytest.raises(FileNotFoundError, match="gone") as caught:
        recipes.run("quick")
    assert caught.value.__notes__ == ["in the recipe quick, seed 1"]
    assert list(file_of("quick")["seeds"]) == ["0", "2"]


def test_an_interrupt_while_writing_leaves_the_last_whole_file(quick, monkeypatch):
    recipes.run("quick", [0])
    before = file_of("quick")
    monkeypatch.setattr(recipes.Path, "replace", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        recipes.run("quick", [1])
    assert file_of("quick") == before


def test_outdated_results_are_set_aside_and_not_lost(quick, capsys):
    recipes.run("quick", [0, 1])
    outdated = file_of("quick")
    change_code(quick, "+ seed", "- seed")
    recipes.run("quick", [2])
    assert "the code has changed since these results; they are kept in quick.old-1.json" in capsys.readouterr().out
    assert file_of("quick.old-1") == outdated
    assert list(file_of("quick")["seeds"]) == ["2"]


def test_results_outdated_twice_are_both_kept(quick):
    recipes.run("quick", [0])
    change_code(quick, "+ seed", "- seed")
    recipes.run("quick", [1])
    change_code(quick, "- seed", "* seed")
    recipes.run("quick", [2])
    kept = [json.loads(path.read_text()) for path in recipes.RESULTS.glob("*.json")]
    assert sorted(seed for stored in kept for seed in stored["seeds"]) == ["0", "1", "2"]


def test_the_hash_takes_an_f_string_whole_on_every_python():
    assert code_hash.code_only('x = f"{a  + b!r:>{n}}"  # why\n').split(" NEWLINE")[0] == 'x = f"{a  + b!r:>{n}}"'
    assert code_hash.code_only('def f():\n    """What."""\n    return f"a" "b"\n') == code_hash.code_only(
        'def f():\n    # no docstring\n    return f"a"  "b"\n'
    )


def test_a_recheck_without_differences_can_accept_the_new_hash(quick):
    recipes.run("quick")
    change_code(quick, "total +=", "total = total +")
    assert file_of("quick")["hash"] != current_hash("quick")
    assert recipes.recheck("quick", 1, restamp=True) == []
    assert file_of("quick")["hash"] == current_hash("quick")
    assert file_of("quick")["restamped"] == [{"hash": current_hash("quick"), "seed_run_again": 1}]


def test_a_recheck_with_differences_never_accepts_the_new_hash(quick):
    recipes.run("quick")
    stored = file_of("quick")
    stored["seeds"]["1"]["values"]["total"] *= 1.1
    (recipes.RESULTS / "quick.json").write_text(json.dumps(stored))
    change_code(quick, "total +=", "total = total +")
    assert recipes.recheck("quick", 1, restamp=True) != []
    assert file_of("quick")["hash"] == stored["hash"] != current_hash("quick")


def test_missing_results_name_the_command_that_makes_them(quick):
    with pytest.raises(ResultMissing, match=r"no book/results/quick\.json.*python -m lessons_pkg\.experiments quick"):
        recipes.load("quick")
    recipes.run("quick", [1])
    with pytest.raises(ResultMissing, match=r"lacks the seeds \[0, 2\]: run  python -m lessons_pkg\.experiments quick"):
        recipes.load("quick")


def test_an_unknown_recipe_lists_those_there_are():
    with pytest.raises(ValueError, match=r"no recipe is called 'activation'; there are: .*activations"):
        recipes.recipe("activation")


# --- the hash -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("# one after the other", "# in turn"),
        ('"""What one seed gives."""', '"""What a seed\n    gives."""'),
        ('"""A recipe that takes no time."""', "# nothing\n\n"),
        ("    total = 0.0\n", "\n    total   =   0.0\n\n"),
    ],
)
def test_words_about_the_code_do_not_change_the_hash(quick, old, new):
    before = current_hash("quick")
    change_code(quick, old, new)
    assert current_hash("quick") == before


@pytest.mark.parametrize(
    ("old", "new"),
    [("+ seed", "- seed"), ("[:3]", "[:4]"), ('"total"', '"sum"'), ("0.0", "0"), ("+=", "=")],
)
def test_a_change_of_the_code_changes_the_hash(quick, old, new):
    before = current_hash("quick")
    change_code(quick, old, new)
    assert current_hash("quick") != before


def test_a_statement_moved_out_of_its_loop_changes_the_hash(quick):
    change_code(quick, "        # one after the other\n", "        image = image / 2\n")
    before = current_hash("quick")
    change_code(quick, "        total +=", "    total +=")
    assert current_hash("quick") != before


def test_the_models_and_the_numerics_version_are_part_of_the_hash(quick, monkeypatch):
    before = current_hash("quick")
    quick.RECIPE = recipes.replace(quick.RECIPE, uses=(data,))
    with_data = current_hash("quick")
    monkeypatch.setattr(recipes, "NUMERICS_VERSION", 99)
    assert len({before, with_data, current_hash("quick")}) == 3


# --- running one again ----------------------------------------------------------------------------------------------


def test_differences_says_where_and_by_how_much():
    stored = {"a": {"loss": [1.0, 2.0], "dead": 3}, "name": "x", "gone": 1}
    found = {"a": {"loss": [1.0, 2.2], "dead": 4}, "name": "y", "new": 1}
    assert list(differences(stored, found, 0.05)) == [
        "/a/dead: stored 3, now 4",
        "/a/loss[1]: stored 2, now 2.2, more than 5.0% apart",
        "/gone: only in the stored result",
        "/name: stored 'x', now 'y'",
        "/new: only in the new run",
    ]


def test_differences_within_the_tolerance_are_none():
    assert list(differences({"loss": [1.0, 2.0]}, {"loss": [1.04, 1.95]}, 0.05)) == []
    assert list(differences({"loss": 1.0}, {"loss": float("nan")}, 0.05)) != []
    assert list(differences({"loss": [1.0]}, {"loss": [1.0, 1.0]}, 0.05)) != []


def test_a_recheck_runs_a_stored_seed_again_and_compares(quick, capsys):
    recipes.run("quick")
    quick.seen.clear()
    assert recipes.recheck("quick", 1) == []
    assert quick.seen == [1]
    assert "rechecking quick, seed 1" in capsys.readouterr().out
    path = recipes.RESULTS / "quick.json"
    stored = file_of("quick")
    stored["seeds"]["1"]["values"]["total"] *= 1.1
    path.write_text(json.dumps(stored))
    assert [line.split(":")[0] for line in recipes.recheck("quick", 1)] == ["/total"]


def test_wall_times_are_not_compared():
    assert list(differences({"linear": {"seconds": 10.0}}, {"linear": {"seconds": 20.0}}, 0.05)) == []


# --- the command ----------------------------------------------------------------------------------------------------


@pytest.fixture
def at_the_command_line(quick, monkeypatch):
    monkeypatch.setattr(command, "names", recipes.names)
    return quick


def test_the_command_lists_runs_and_rechecks(at_the_command_line, capsys):
    assert command.main([]) == 0
    assert "quick" in capsys.readouterr().out
    assert command.main(["quick", "--seed", "2"]) == 0
    assert list(file_of("quick")["seeds"]) == ["2"]
    assert command.main(["all"]) == 0
    assert command.main(["quick", "--recheck", "--seed", "0"]) == 0
    assert "the same, within the recipe's tolerance" in capsys.readouterr().out
