"""The colour of cost: the forecast against the budget, and what is bound already, spent or committed, against it."""

from decimal import Decimal

from pmo.kernel.languages import Amount, Message, msg
from pmo.portfolio.logic import Colour, Dimension, worst
from pmo.status.logic.health import CostLimits, Health, Money, Reason

COST, BOUND = "cost.over_budget", "cost.bound_over_budget"


def over_percent(budget: Decimal | None, spent: Decimal | None, forecast: Decimal | None) -> Decimal | None:
    """Percent by which the forecast exceeds the budget; without forecast, only what is already spent beyond it is known."""
    if budget is None or budget <= 0:
        return None
    if forecast is None and (spent is None or spent <= budget):
        return None
    known = forecast if forecast is not None else spent
    return (known - budget) * 100 / budget if known is not None else None


def bound_percent(budget: Decimal | None, spent: Decimal | None, committed: Decimal | None) -> Decimal | None:
    """Percent by which what is spent and committed exceeds the budget; None within it, or where no commitment is known.

    An amount spent that is not known can only add to it: what is committed alone beyond the budget is a fact.
    """
    if budget is None or budget <= 0 or committed is None:
        return None
    bound = committed + (spent or Decimal(0))
    return (bound - budget) * 100 / budget if bound > budget else None


def cost(money: Money, rules: CostLimits) -> Health:
    """Forecast at completion against the budget, in percent; and what is bound beyond it, which no forecast takes back."""
    found = [reason for reason in (_forecast(money, rules), _bound(money, rules)) if reason]
    if not found:
        return Health(Dimension.COST, None, (Reason(None, _missing(money)),))
    colour = worst([reason.colour for reason in found])
    telling = [reason for reason in found if colour is Colour.GREEN or reason.colour is not Colour.GREEN]
    reasons = sorted(telling, key=lambda reason: reason.colour.rank if reason.colour else -1, reverse=True)
    return Health(Dimension.COST, colour, tuple(reasons))


def _forecast(money: Money, rules: CostLimits) -> Reason | None:
    if money.over_percent is None:
        return None
    return _reason(COST, _cost_fact(money, money.over_percent), money.over_percent, rules.amber, rules.red)


def _bound(money: Money, rules: CostLimits) -> Reason | None:
    if money.bound_percent is None:
        return None
    return _reason(BOUND, _bound_fact(money, money.bound_percent), money.bound_percent, rules.bound_amber, rules.bound_red)


def _reason(rule: str, fact: Message, over: Decimal, amber: Decimal, red: Decimal) -> Reason:
    colour = Colour.RED if over > red else Colour.AMBER if over > amber else Colour.GREEN
    limit = msg("Red above %(red)s %%.", red=red) if colour is Colour.RED else (
        msg("Amber above %(amber)s %%, red above %(red)s %%.", amber=amber, red=red)
    )  # fmt: skip
    code = "" if colour is Colour.GREEN else f"{rule}.{colour}"
    return Reason(colour, msg("%(fact)s %(limit)s", fact=fact, limit=limit), code)


def _missing(money: Money) -> Message:
    if not money.is_shown:
        return msg("Budget or forecast at completion is not known. Not counted, not green.")
    if money.budget is None:
        return msg("No budget was given. Not counted, not green.")
    return msg("No forecast at completion was given. Not counted, not green.")


def _cost_fact(money: Money, over: Decimal) -> Message:
    if not money.is_shown:
        return msg("The forecast is above the budget.") if over > 0 else msg("The forecast is within the budget.")
    known = money.forecast if money.forecast is not None else money.spent
    if known is None or money.budget is None:
        raise ValueError("a percentage over the budget needs both amounts")
    against = Amount(money.budget, money.currency)
    percent = round(abs(over), 1)
    if over == 0:
        return msg("Forecast %(amount)s, as budgeted.", amount=Amount(known, money.currency))
    if money.forecast is None:
        spent = Amount(known, money.currency)
        return msg("Spent %(amount)s of %(budget)s: %(percent)s %% over.", amount=spent, budget=against, percent=percent)
    amount = Amount(known, money.currency)
    if over < 0:
        return msg(
            "Forecast %(amount)s against %(budget)s: %(percent)s %% under.", amount=amount, budget=against, percent=percent
        )
    return msg("Forecast %(amount)s against %(budget)s: %(percent)s %% over.", amount=amount, budget=against, percent=percent)


def _bound_fact(money: Money, over: Decimal) -> Message:
    if not money.is_shown:
        return msg("More is spent and committed than the budget.")
    if money.budget is None or money.committed is None:
        raise ValueError("what is bound beyond the budget needs both amounts")
    against, percent = Amount(money.budget, money.currency), round(over, 1)
    if money.spent is None:
        alone = Amount(money.committed, money.currency)
        return msg(
            "Committed alone %(amount)s of %(budget)s: %(percent)s %% over.", amount=alone, budget=against, percent=percent
        )
    bound = Amount(money.spent + money.committed, money.currency)
    return msg(
        "Spent and committed %(amount)s of %(budget)s: %(percent)s %% over.", amount=bound, budget=against, percent=percent
    )
