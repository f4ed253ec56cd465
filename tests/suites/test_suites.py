"""The suites are what the paper describes, and their tests judge rightly."""

import ast
import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest

from agents.suites import catalog
from agents.suites.catalog import Suite

CHAIN = {
    "math": "add safe_add sum_list mean variance std_dev z_score normalize outlier_mask "
    "filter_outliers trimmed_mean trimmed_variance trimmed_std trimmed_z_score trimmed_normalize "
    "normality_score",
    "data": "get_records remove_invalid add_revenue total_revenue average_revenue "
    "above_average_records group_by_product group_revenue_totals rank_by_revenue revenue_summary "
    "top_product_name top_product_records top_product_monthly_revenue best_month_for_top_product "
    "is_top_product_growing analysis_summary",
    "svg": "fmt_num fmt_coord fmt_points make_polyline make_polygon make_triangle make_rect "
    "make_circle make_text make_group make_labeled_group make_grid make_bar_chart make_title "
    "make_legend make_svg",
}
"""The longest chain of each kind of suite, of which the others have the beginning."""
FREE = {
    "math/p0.2": "abs_val is_even sign clamp",
    "math/p0.5": "subtract multiply divide abs_val is_even clamp sign max_val min_val modulo",
    "math/p0.9": "subtract multiply divide abs_val is_even clamp sign max_val min_val square cube "
    "reciprocal is_positive is_negative is_zero negate double half",
    "data/p0.2": "compute_line_revenue filter_by_region distinct_products sort_by_price",
    "data/p0.5": "compute_line_revenue total_units average_price max_units_record "
    "filter_by_product filter_by_region filter_by_month distinct_products sort_by_units "
    "sort_by_price",
    "data/p0.9": "compute_line_revenue total_units average_price max_units_record "
    "min_price_record distinct_products distinct_regions distinct_months filter_by_product "
    "filter_by_region filter_by_month count_by_product count_by_region count_by_month "
    "records_with_units_above records_with_price_below sort_by_units sort_by_price",
    "svg/p0.2": "make_line make_ellipse make_path make_comment",
    "svg/p0.5": "make_labeled_group make_grid make_bar_chart make_title make_legend make_svg "
    "make_line make_ellipse make_path make_comment",
    "svg/p0.9": "fmt_points make_polyline make_polygon make_triangle make_rect make_circle "
    "make_text make_group make_labeled_group make_grid make_bar_chart make_title make_legend "
    "make_svg make_line make_ellipse make_path make_comment",
}
CRITICAL = {"p0.9": 2, "p0.5": 10, "p0.2": 16}
BESIDE_CHAIN = {
    "math": {7: {4}, 11: {4}, 12: {10}, 14: {11}},
    "data": {5: {3}, 6: {3}, 12: {3}, 15: {13}, 16: {10, 14}},
    "svg": {},
}
"""What a task of the chain needs besides the one before it."""


@pytest.fixture(params=catalog.names())
def suite(request: pytest.FixtureRequest) -> Suite:
    return catalog.load(request.param)


def lay_out(suite: Suite, folder: Path, *, solutions: bool = True) -> None:
    sources = suite.tasks.tests | (suite.solutions if solutions else {})
    for name, source in sources.items():
        (folder / name).write_text(source, encoding="utf-8")


def test_tasks_and_graph_are_those_of_the_paper(suite: Suite) -> None:
    kind, _, structure = suite.name.partition("/")
    length = CRITICAL[structure]
    names = [*CHAIN[kind].split()[:length], *FREE[suite.name].split()]
    assert [task.files for task in suite.tasks.tasks] == [(f"{name}.py",) for name in names]
    assert [task.id for task in suite.tasks.tasks] == [f"task-{k}" for k in range(1, 21)]
    for number, task in enumerate(suite.tasks.tasks, start=1):
        expected: set[int] = set()
        if 1 < number <= length:
            expected = {number - 1} | BESIDE_CHAIN[kind].get(number, set())
        assert set(task.dependencies) == {f"task-{k}" for k in expected}


def test_critical_path_and_parallel_share(suite: Suite) -> None:
    length = CRITICAL[suite.name.partition("/")[2]]
    assert suite.critical_path_length == length
    assert suite.parallel_share == (20 - length) / 20
    assert suite.name.endswith(f"p{suite.parallel_share}")
    assert suite.tasks.graph().speedup_bound(16) == pytest.approx(min(16, 20 / length))


def imported_modules(source: str) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def test_declared_dependencies_are_the_imports_of_the_solutions(suite: Suite) -> None:
    module_of = {task.id: Path(task.files[0]).stem for task in suite.tasks.tasks}
    for task in suite.tasks.tasks:
        imported = imported_modules(suite.solutions[task.files[0]]) & set(module_of.values())
        assert imported == {module_of[needed] for needed in task.dependencies}
        for module in imported:
            assert f"`{module}` from the module `{module}`" in task.description


def test_a_function_in_several_suites_is_the_same_in_each() -> None:
    """The folders are copies on purpose, each complete in itself; they must not drift apart. A
    function that stands alone in one suite and builds on others in another is two functions."""
    seen: dict[tuple[str, ...], tuple[str, str, list[str]]] = {}
    for name in catalog.names():
        suite = catalog.load(name)
        tests = next(iter(suite.tasks.tests.values()))
        path_of = {task.id: task.files[0] for task in suite.tasks.tasks}
        for task in suite.tasks.tasks:
            path = task.files[0]
            own = [
                ast.unparse(node)
                for node in ast.parse(tests).body
                if isinstance(node, ast.FunctionDef)
                and any(f"from {path[:-3]} import" in ast.unparse(line) for line in node.body)
            ]
            assert own
            entry = (task.description, suite.solutions[path], own)
            key = (path, *(path_of[needed] for needed in task.dependencies))
            assert seen.setdefault(key, entry) == entry


def _own() -> dict[str, set[str]]:
    """Of each suite, the functions that no suite before it has: the others are the same there,
    with the same tests, and their mutants would only be killed again."""
    found: dict[str, set[str]] = {}
    seen: set[tuple[str, ...]] = set()
    for name in sorted(catalog.names()):  # those with the longest chains first
        suite = catalog.load(name)
        path_of = {task.id: task.files[0] for task in suite.tasks.tasks}
        keys = {
            (path_of[task.id], *(path_of[needed] for needed in task.dependencies))
            for task in suite.tasks.tasks
        }
        found[name] = {Path(path).stem for path, *_ in keys - seen}
        seen |= keys
    return found


OWN = _own()


def run_pytest(folder: Path, test: str) -> tuple[int, dict[str, bool]]:
    """The exit code, and whether each test passed, of pytest as an agent's run calls it."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "PYTHON"))}
    environment |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    result = subprocess.run(
        [*command, "--junitxml=out.xml", test], cwd=folder, env=environment, capture_output=True
    )
    cases = ElementTree.parse(folder / "out.xml").iter("testcase")
    return result.returncode, {case.attrib["name"]: len(case) == 0 for case in cases}


def test_reference_solutions_pass_under_pytest(suite: Suite, tmp_path: Path) -> None:
    lay_out(suite, tmp_path)
    code, passed = run_pytest(tmp_path, suite.tasks.test_paths[0])
    assert code == 0
    assert len(passed) >= 20
    assert all(passed.values())


def test_an_empty_workspace_fails_every_test(suite: Suite, tmp_path: Path) -> None:
    lay_out(suite, tmp_path, solutions=False)
    code, passed = run_pytest(tmp_path, suite.tasks.test_paths[0])
    assert code == 1
    assert len(passed) >= 20
    assert not any(passed.values())


@pytest.fixture(scope="module", params=catalog.names())
def judged(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Suite, dict[str, Any]]:
    """A suite with the report of `mutants.py` on it."""
    suite, folder = catalog.load(request.param), tmp_path_factory.mktemp("mutants")
    lay_out(suite, folder)
    script = Path(__file__).with_name("mutants.py")
    command = [sys.executable, str(script), Path(suite.tasks.test_paths[0]).stem]
    command.append(",".join(sorted(OWN[suite.name])))
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return suite, json.loads(result.stdout)


def test_a_removed_file_fails_the_tests_of_its_dependents_and_no_others(
    judged: tuple[Suite, dict[str, Any]],
) -> None:
    suite, report = judged
    graph = suite.tasks.graph()
    module_of = {task.id: Path(task.files[0]).stem for task in suite.tasks.tasks}
    assert report["standing"] == []
    for task in suite.tasks.tasks:
        hit = {t.id for t in suite.tasks.tasks if task.id in graph.ancestors(t.id)} | {task.id}
        expected = {
            test
            for test, owner in report["owners"].items()
            if owner in {module_of[task_id] for task_id in hit}
        }
        assert set(report["removed"][module_of[task.id]]) == expected


def test_every_mutant_is_killed_by_the_tests_of_its_own_function(
    judged: tuple[Suite, dict[str, Any]],
) -> None:
    """All of them: the solutions are written so that no mutation made here is equivalent (none
    compares with `>` where `>=` would do as well, for example)."""
    suite, report = judged
    survivors = [m for m in report["mutants"] if not m["killers"]]
    assert survivors == []
    per_function = {m["function"] for m in report["mutants"]}
    assert per_function == OWN[suite.name]
    assert len(report["mutants"]) >= 2 * len(per_function)


def test_every_function_is_mutated_somewhere() -> None:
    everywhere = {Path(path).stem for name in OWN for path in catalog.load(name).solutions}
    assert set().union(*OWN.values()) == everywhere
    assert sum(map(len, OWN.values())) < 9 * 20
