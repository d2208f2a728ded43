"""Contract of the actions worth copying (D-21)."""

import dataframely as dy

from transforms.tables import columns as c


class HighValueAction(dy.Schema):
    """One row per rep or team and step with enough cases: better or worse at the same mix (D-21).

    A rep is held against the colleagues of the team, a team against the other teams. Where it is
    shown, how they do it is worth a look; that it is the reason is not said.
    """

    scope_kind = c.key("rep or team")
    scope = c.key("Which one")
    team = c.key("Team of the rep, or the team itself")
    step = c.key("Step of the sale, e.g. win, lead, stage[谈判]")
    rate = c.ratio("Share that succeeds, at the common mix", required=True)
    like_rate = c.ratio("The same of the others, at the common mix", required=True)
    difference = c.ratio("rate − like_rate (Mantel and Haenszel)", required=True)
    difference_low = c.ratio("Lower end of its 95 % interval, selection allowed for")
    difference_high = c.ratio("Upper end of its 95 % interval, selection allowed for")
    n = c.count("Cases of the rep or team", required=True)
    like_n = c.count("Cases of the others in the same strata", required=True)
    strata = c.count("Combinations of customer type, product line and channel", required=True)
    p_value = c.ratio("Two-sided, of no difference", required=True)
    q_value = c.ratio("Adjusted over reps and steps of the team, or teams and steps", required=True)
    q_company = c.ratio("Adjusted over all reps of all teams, or over all teams", required=True)
    is_shown = c.flag("Better beyond chance within its team or among the teams", required=True)
    is_shown_to_company = c.flag("So among all reps or all teams as well", required=True)
