"""Pulling from an S3-compatible server."""

from pathlib import Path

import pytest

from flows.company import Company
from flows.pull import pull
from tests.flows.pull.conftest import PASSWORD, ObjectStore, free_port
from tests.flows.pull.pulled_company import (
    LATER,
    NOW,
    make_company,
    orders,
    problem_of,
    pulled,
    waiting,
)

pytestmark = pytest.mark.xdist_group("pull")


def of_store(tmp_path: Path, endpoint: str, folder: str, **more: object) -> Company:
    files = {
        "url": f"s3://exports/{folder}/订单_*.csv",
        "endpoint": endpoint,
        "region": "us-east-1",
        "addressing": "path",
        "key_id_env": "PULL_KEY_ID",
        "secret_env": "PULL_PASSWORD",
        **more,
    }
    return make_company(tmp_path / "acme", {"files": files})


def test_objects_come_once_and_again_when_they_change(
    tmp_path: Path, object_store: ObjectStore
) -> None:
    object_store.put("a/订单_1.csv", orders(1))
    object_store.put("a/客户 #1?.csv", "not asked for")
    company = of_store(tmp_path, object_store.url, "a")
    assert pulled(company).files == ("订单_1.csv",)
    assert pulled(company).state == "nothing new"
    object_store.put("a/订单_2.csv", orders(2))
    assert pulled(company).files == ("订单_2.csv",)
    object_store.put("a/订单_1.csv", orders(1, 3))
    assert pulled(company, LATER).files == ("订单_1_20261123T220000Z.csv",)
    assert waiting(company) == {
        "订单_1.csv": orders(1),
        "订单_1_20261123T220000Z.csv": orders(1, 3),
        "订单_2.csv": orders(2),
    }


def test_an_object_name_that_leaves_its_folder_is_refused(
    tmp_path: Path, object_store: ObjectStore
) -> None:
    object_store.put("b/../订单_1.csv", orders(1))
    object_store.put("b/订单_2.csv", orders(2))
    company = of_store(tmp_path, object_store.url, "b", url="s3://exports/b/**/订单_*.csv")
    report = pull(company, NOW)
    assert "no name for a file in the inbox" in problem_of(report).what
    assert waiting(company) == {"订单_2.csv": orders(2)}
    assert not list(tmp_path.glob("*.csv"))


def test_a_wrong_bucket_fails_at_once_without_secrets(
    tmp_path: Path, object_store: ObjectStore
) -> None:
    said: list[str] = []
    company = of_store(tmp_path, object_store.url, "", url="s3://nobody/订单_*.csv")
    problem = problem_of(pull(company, NOW, progress=said.append))
    assert "bucket does not exist" in problem.what
    assert problem.where == f"s3://nobody/订单_*.csv at {object_store.url}"
    assert not [line for line in said if "try 2" in line]
    assert PASSWORD not in str(problem)


def test_a_store_out_of_reach_is_tried_again(tmp_path: Path) -> None:
    said: list[str] = []
    company = of_store(tmp_path, f"http://127.0.0.1:{free_port()}", "a")
    problem = problem_of(pull(company, NOW, progress=said.append))
    assert len([line for line in said if "try" in line]) == 2
    assert "EndpointConnectionError" in problem.what
    assert PASSWORD not in str(problem)


def test_a_secret_that_is_not_set_is_named(tmp_path: Path) -> None:
    company = of_store(tmp_path, "http://127.0.0.1:1", "a", secret_env="PULL_ABSENT")  # noqa: S106
    problem = problem_of(pull(company, NOW))
    assert problem.what == "order: the environment variable PULL_ABSENT is not set"
