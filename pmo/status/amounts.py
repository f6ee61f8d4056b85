"""How far the money of projects is beyond their budget, as SQL: the twin of logic.costs."""

from decimal import Decimal

from sqlalchemy import ColumnElement, and_, case, func

from pmo.portfolio.models import Project


def over_percent() -> ColumnElement[Decimal | None]:
    """How far the cost is over the budget; without a forecast, what is spent, where that alone is beyond the budget."""
    spent = case((Project.spent > Project.budget, Project.spent))
    cost = func.coalesce(Project.forecast_cost, spent)
    return case((Project.budget > 0, (cost - Project.budget) * 100 / Project.budget))


def bound_percent() -> ColumnElement[Decimal | None]:
    """How far what is spent and committed is over the budget; None within it."""
    bound = Project.committed + func.coalesce(Project.spent, 0)
    return case((and_(Project.budget > 0, bound > Project.budget), (bound - Project.budget) * 100 / Project.budget))
