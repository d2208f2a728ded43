"""What is served: the schedules of prefect.yaml with the company's folder and time zone."""

from pathlib import Path

import pytest

from flows.company import Company, open_company
from flows.errors import SettingsError
from flows.paths import ROOT
from flows.schedules import company_deployments, deployment_file, read_deployments

OWN = """
name: fupan
deployments:
  - name: weekly-review
    entrypoint: flows/weekly_review.py:weekly_review
    concurrency_limit: {limit: 1, collision_strategy: ENQUEUE}
    parameters: {team: East}
    schedules:
      - {slug: tuesday, cron: "0 7 * * 2", timezone: UTC, active: false}
"""


def write(company: Company, text: str) -> Path:
    path = company.folder / "prefect.yaml"
    path.write_text(text, "utf-8")
    return path


def test_the_projects_schedules_are_those_of_the_company(company: Company) -> None:
    text = (company.folder / "fupan.toml").read_text("utf-8")
    (company.folder / "fupan.toml").write_text(text.replace("Asia/Shanghai", "Europe/Paris"))
    made = {each.name: each for each in company_deployments(open_company(company.folder))}
    assert set(made) == {
        "daily-ingest-acme",
        "weekly-review-acme",
        "rerun-acme",
        "publish-finance-acme",
    }
    [monday] = made["weekly-review-acme"].schedules or []
    assert monday.slug == "monday-morning"
    assert monday.schedule is not None
    assert getattr(monday.schedule, "timezone", None) == "Europe/Paris"
    assert monday.parameters == {"company": str(company.folder)}
    assert all(each.parameters["company"] == str(company.folder) for each in made.values())


def test_a_company_may_have_schedules_of_its_own(company: Company) -> None:
    assert deployment_file(company) == ROOT / "prefect.yaml"
    assert deployment_file(company) != write(company, OWN)
    [made] = company_deployments(company)
    [schedule] = made.schedules or []
    assert (schedule.slug, schedule.active) == ("tuesday", False)
    assert made.parameters == {"team": "East", "company": str(company.folder)}
    assert made.concurrency_limit == 1


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param("name: [", "expected", id="no YAML"),
        pytest.param("name: other\ndeployments: []\n", "fupan", id="another project's"),
        pytest.param(
            OWN.replace("timezone: UTC, ", ""), "timezone", id="a schedule without time zone"
        ),
        pytest.param(OWN.replace("slug: tuesday, ", ""), "slug", id="a schedule without slug"),
    ],
)
def test_a_wrong_file_says_what_is_wrong(company: Company, text: str, complaint: str) -> None:
    with pytest.raises(SettingsError, match=complaint) as raised:
        read_deployments(write(company, text))
    assert raised.value.where == str(company.folder / "prefect.yaml")
