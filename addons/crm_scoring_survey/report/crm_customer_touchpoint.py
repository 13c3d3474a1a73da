from odoo import fields, models
from odoo.tools import SQL


class CrmCustomerTouchpoint(models.Model):
    """Surveys that customers have answered to the end."""

    _inherit = "crm.customer.touchpoint"
    _depends = {
        "survey.survey": ["title", "user_id"],
        "survey.user_input": [
            "end_datetime",
            "partner_id",
            "state",
            "survey_id",
            "test_entry",
        ],
    }

    kind = fields.Selection(
        selection_add=[("answer", "Survey Answer")],
        ondelete={"answer": lambda touchpoints: None},
    )

    def _touchpoint_queries(self) -> list[SQL]:
        branches = super()._touchpoint_queries()
        done = [("state", "=", "done"), ("test_entry", "!=", True)]
        query = self._touchpoint_search("survey.user_input", done)
        if query is not None:
            branches.append(self._answer_query(query))
        return branches

    def _answer_query(self, query) -> SQL:
        query.add_join(
            "JOIN",
            "survey",
            "survey_survey",
            SQL("survey.id = survey_user_input.survey_id"),
        )
        title = SQL(
            "COALESCE(survey.title->>%s, survey.title->>'en_US')", self.env.lang
        )
        return self._touchpoint_query(
            "answer",
            query,
            SQL("survey_user_input.partner_id"),
            company_id=SQL("contact.company_id"),
            date=SQL(
                "COALESCE(survey_user_input.end_datetime, survey_user_input.create_date)"
            ),
            reason=SQL("'marketing'"),
            phase=SQL("'post_sale'"),
            channel=SQL("'web'"),
            direction=SQL("'in'"),
            user_id=SQL("survey.user_id"),
            res_model=SQL("'survey.user_input'"),
            res_id=SQL("survey_user_input.id"),
            name=title,
        )
