from odoo.tests import tagged
from odoo.tools import mute_logger

from ..host_filters import fields_that_go, release_filters
from .common import ScoringCase


@tagged("post_install", "-at_install")
class TestUninstall(ScoringCase):
    """What the host keeps does not ask for fields that are gone."""

    @mute_logger("odoo.addons.crm_scoring.host_filters")
    def _release(self):
        release_filters(self.env)

    def test_fields_that_go_are_ours_alone(self):
        gone = fields_that_go(self.env)
        self.assertIn("customer_profile_id", gone["res.partner"])
        self.assertIn("value_if_won", gone["crm.lead"])
        self.assertNotIn("name", gone["res.partner"])
        self.assertNotIn("partner_id", gone["crm.lead"])

    def test_saved_searches_that_cannot_work_go_and_others_stay(self):
        lead, partner = "crm.lead", "res.partner"
        broken = [
            (partner, "[('churn_probability', '>', 0.5)]", "{}"),
            (partner, "['!', ('target_group_ids', 'ilike', 'x')]", "{}"),
            (lead, "[('partner_id.churn_probability', '>', 0.5)]", "{}"),
            (lead, "[('partner_id', 'any', [('churn_probability', '>', 0)])]", "{}"),
            (lead, "[('user_id', '=', uid), ('value_if_won', '>', 0)]", "{}"),
            (lead, "[]", "{'group_by': ['class_if_won_id']}"),
            (lead, "[]", "{'group_by': 'class_if_won_id'}"),
        ]
        sound = [
            (partner, "[('email', '!=', False), ('id', '>', uid)]", "{}"),
            (lead, "[('partner_id.name', '=', 'x')]", "{'group_by': ['user_id']}"),
            (lead, "[]", "{'group_by': ['create_date:month']}"),
        ]
        filters = self.env["ir.filters"]
        broken, sound = (
            filters.create(
                [
                    {
                        "name": f"{place} {model} {domain} {context}",
                        "model_id": model,
                        "domain": domain,
                        "context": context,
                    }
                    for place, (model, domain, context) in enumerate(rows)
                ]
            )
            for rows in (broken, sound)
        )
        self._release()
        self.assertFalse(broken.exists())
        self.assertEqual(sound.exists(), sound)

    def test_assignment_by_our_fields_is_emptied(self):
        ours, theirs = self.env["crm.team"].create([{"name": "A"}, {"name": "B"}])
        ours.assignment_domain = "[('value_if_won', '>', 1000)]"
        theirs.assignment_domain = "[('partner_name', '!=', False)]"
        self._release()
        self.assertFalse(ours.assignment_domain)
        self.assertTrue(theirs.assignment_domain)
