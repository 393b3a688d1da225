"""Writes Golden/evaluation/scikit_learn.json: predictions, and what scikit-learn says of them. Run from the tests' folder with scikit-learn 1.2.1."""
import json
import warnings

import numpy as np
import sklearn
from sklearn.calibration import calibration_curve
from sklearn.metrics import average_precision_score, classification_report, f1_score, precision_recall_curve, roc_auc_score, roc_curve

warnings.filterwarnings("ignore")
rng = np.random.default_rng(19)
REPORTS = 60
CIFAR = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]


def curves(truth, scores):
    fpr, tpr, thresholds = roc_curve(truth, scores)
    precision, recall, cuts = precision_recall_curve(truth, scores)
    return {
        "fpr": fpr.tolist(), "tpr": tpr.tolist(), "rocThresholds": thresholds[1:].tolist(), "auc": roc_auc_score(truth, scores),
        "precision": precision.tolist(), "recall": recall.tolist(), "thresholds": cuts.tolist(), "ap": average_precision_score(truth, scores),
    }


def expected_error(probability, right, bins):
    total = 0.0
    for low in np.arange(bins) / bins:
        inside = (probability > low) & (probability <= low + 1 / bins) | ((low == 0) & (probability == 0))
        if inside.any():
            total += inside.sum() * abs(right[inside].mean() - probability[inside].mean())
    return total / len(probability)


def case(name, truth, probabilities, names, digits):
    binary = probabilities.ndim == 1
    predicted = (probabilities > 0.5).astype(int) if binary else probabilities.argmax(1)
    classes = 2 if binary else probabilities.shape[1]
    confidence = probabilities if binary else probabilities.max(1)
    right = truth == 1 if binary else truth == predicted
    fraction, mean = calibration_curve(right, confidence, n_bins=8)
    shown = [curves(truth == 1, probabilities)] if binary else [curves(truth == i, probabilities[:, i]) for i in range(classes)]
    return {
        "name": name, "names": names, "digits": digits, "truth": truth.tolist(), "probabilities": probabilities.tolist(),
        "report": classification_report(truth, predicted, target_names=names, digits=digits), "curves": shown,
        "macroAuc": roc_auc_score(truth, probabilities, multi_class="ovr"), "macroAp": float(np.mean([one["ap"] for one in shown])),
        "fraction": fraction.tolist(), "mean": mean.tolist(), "ece": expected_error(confidence, right, 8),
    }


def softmax(samples, classes, truth, skill):
    logits = rng.normal(size=(samples, classes))
    logits[np.arange(samples), truth] += skill
    p = np.exp(logits)
    return p / p.sum(1, keepdims=True)


def report(seed):
    """Few samples, so that many numbers are exactly between two decimals. None if the last bit of an F1 score decides how it is rounded:
    scikit-learn computes F1 from precision and recall before version 1.3, and from counts since then."""
    draw = np.random.default_rng(seed)
    classes = int(draw.integers(2, 13))
    truth = np.concatenate([np.arange(classes), draw.integers(0, classes, int(draw.integers(4, 40)))])
    predicted = np.where(draw.random(len(truth)) < 0.6, truth, draw.integers(0, classes, len(truth)))
    digits = int(draw.integers(0, 5))
    support, chosen = np.bincount(truth, minlength=classes), np.bincount(predicted, minlength=classes)
    f1 = 2 * np.bincount(truth[truth == predicted], minlength=classes) / (support + chosen)
    exact = [*f1, np.mean(truth == predicted), np.average(f1), np.average(f1, weights=support)]
    scores = [*f1_score(truth, predicted, average=None), *(f1_score(truth, predicted, average=mean) for mean in ("micro", "macro", "weighted"))]
    if any(f"{one:.{digits}f}" != f"{other:.{digits}f}" for one, other in zip(exact, scores)):
        return None
    return {"truth": truth.tolist(), "predicted": predicted.tolist(), "digits": digits, "text": classification_report(truth, predicted, digits=digits)}


two = rng.integers(0, 2, 40)
three = np.arange(30) % 3
ten = rng.integers(0, 10, 150)
twelve = np.arange(36) % 12
cases = [
    case("binary", two, np.round(np.clip(0.3 * two + rng.random(40) * 0.8, 0, 1), 2), ["cat", "dog"], 2),
    case("three", three, softmax(30, 3, three, 0.7), None, 4),
    case("ten", ten, softmax(150, 10, ten, 2), CIFAR, 2),
    case("twelve", twelve, softmax(36, 12, twelve, 1), [f"a class with a name of {i} words" for i in range(12)], 3),
]
with open("Golden/evaluation/scikit_learn.json", "w", encoding="utf-8") as file:
    json.dump({"version": sklearn.__version__, "cases": cases, "reports": [one for one in map(report, range(REPORTS)) if one]}, file)
