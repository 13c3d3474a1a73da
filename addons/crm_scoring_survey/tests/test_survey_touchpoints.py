from odoo.tests import tagged

from odoo.addons.crm_scoring.tests.touchpoints import TouchpointCase


@tagged("post_install", "-at_install")
class TestSurveyTouchpoints(TouchpointCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.survey = cls.env["survey.survey"].create({"title": "How was it?"})

    def _add_answer(self, **values):
        return self.env["survey.user_input"].create(
            {
                "survey_id": self.survey.id,
                "partner_id": self.customer.id,
                "state": "done",
                "end_datetime": "2025-03-01 10:00:00",
                **values,
            }
        )

    def test_finished_answer_is_a_contact_through_the_web(self):
        answer = self._add_answer()
        touchpoint = self._touchpoints(self.customer)
        self.assertEqual(touchpoint.kind, "answer")
        self.assertEqual(touchpoint.channel, "web")
        self.assertEqual(touchpoint.phase, "post_sale")
        self.assertEqual(touchpoint.name, "How was it?")
        self.assertEqual(touchpoint.res_id, answer.id)

    def test_unfinished_or_test_answer_is_none(self):
        self._add_answer(state="in_progress")
        self._add_answer(test_entry=True)
        self.assertFalse(self._touchpoints(self.customer))

    def test_answers_need_the_right_to_read_them(self):
        self._add_answer()
        analyst = self._add_user("analyst", "crm_scoring.group_crm_scoring_user_all")
        self.assertFalse(self._touchpoints(self.customer, analyst))
        interviewer = self._add_user(
            "interviewer",
            "crm_scoring.group_crm_scoring_user_all,survey.group_survey_user",
        )
        self.assertTrue(self._touchpoints(self.customer, interviewer))
