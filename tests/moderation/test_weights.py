"""The shipped weights: small, and no worse on unseen rows than docs/safety.md says."""

from moderation import weights
from moderation.evaluation.measures import share


def test_they_are_a_few_megabytes():
    assert sum(path.stat().st_size for path in weights.OURS.glob("*.bin")) < 4_000_000


def test_training_found_what_the_page_says():
    models = weights.manifest()["models"]
    assert models["content-en"]["any"]["auprc"] >= 0.75
    assert models["hate-zh"]["hate"]["accuracy"] >= 0.80
    assert models["hate-zh"]["hate"]["macro_f1"] >= 0.80
    assert models["jailbreak"]["attack"]["auprc"] >= 0.985
    assert models["jailbreak"]["attack"]["recall"] >= 0.90
    assert max(models["jailbreak"]["groups"][name] for name in ("persona-en", "persona-zh")) <= 0.02


def test_each_model_remembers_what_it_learned_from():
    for name in ("content-en", "hate-zh", "content-zh", "jailbreak"):
        rows = weights.manifest()["models"][name]["rows"]
        assert share(len(weights.learned_from(name)), rows) > 0.8, name


def test_what_one_of_them_was_made_of_is_named_though_another_was_made_anew_without_it():
    named = weights.manifest()["sets"]
    readme = (weights.OURS / "README.md").read_text(encoding="utf-8")
    for name in ("labeled_data", "toxicity_en"):
        assert f"{name}.csv" in readme
        assert name in named
