"""How many clauses a second are screened from an index, beside a text classifier on the same clauses, and how fast is one file?"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

WORKERS = 2


def run_screening(index: Path) -> dict[str, Any]:
    """Screen all clauses of an index with findings written, by two processes."""
    from tongchi.barriers.batch import forget_parts, plan_index, screen_parts

    out = Path(tempfile.mkdtemp())
    start = time.perf_counter()
    result = screen_parts(plan_index(index), out, workers=WORKERS)
    result.findings.write_parquet(out / "findings.parquet")
    forget_parts(out)
    seconds = time.perf_counter() - start
    shutil.rmtree(out)
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return {
        "seconds": seconds,
        "clauses": result.clauses,
        "clauses_per_second": result.clauses / seconds,
        "findings": result.findings.height,
        "peak_mb": (own + WORKERS * child) / 1024,
    }


def run_peer(index: Path) -> dict[str, Any]:
    """Classify the same clauses by scikit-learn's character TF-IDF and logistic regression, one process, fit not counted."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    from tongchi.barriers.clauses import clauses_of_article
    from tongchi.documents.collection import open_collection

    collection = open_collection(index)
    texts = [
        clause.lead_in + clause.text
        for _, articles in collection.articles(0, len(collection.documents))
        for article in articles
        for clause in clauses_of_article(article.eid, article.text, "", "")
    ]
    sample = texts[:: len(texts) // 500]
    vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), min_df=2)
    model = LogisticRegression(max_iter=200).fit(
        vectorizer.fit_transform(sample), [at % 2 for at in range(len(sample))]
    )
    start = time.perf_counter()
    for at in range(0, len(texts), 20_000):
        model.predict(vectorizer.transform(texts[at : at + 20_000]))
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "clauses": len(texts), "clauses_per_second": len(texts) / seconds}


def run_file(laws: Path, repeats: int = 7) -> dict[str, Any]:
    """Screen one regulation of about 80 articles, parsed from its file, warm."""
    from tongchi.barriers import screen
    from tongchi.documents import read

    path = next(each for each in sorted((laws / "DLC").rglob("*.md")) if 78 <= len(read(each).articles) <= 82)
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        screen(path)
        seconds.append(time.perf_counter() - start)
    return {"milliseconds": 1000 * min(seconds), "file": path.name}


def main() -> None:
    """Run one part and print its figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--laws", type=Path, required=True)
    parser.add_argument("--part", choices=("screen", "peer", "file"), required=True)
    options = parser.parse_args()
    run = {
        "screen": lambda: run_screening(options.index),
        "peer": lambda: run_peer(options.index),
        "file": lambda: run_file(options.laws),
    }
    json.dump(run[options.part](), sys.stdout)


if __name__ == "__main__":
    main()
