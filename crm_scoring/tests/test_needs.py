import random
from datetime import timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import crm_scoring_run_stages
from .common import TODAY, ScoringCase

# Days between purchases and their value.
OFTEN, SELDOM = (10, 40), (90, 600)


class NeedsCase(ScoringCase):
    """A company of customers who buy little and often, and others much and seldom."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.often = cls._add_buyers(70, *OFTEN)
        cls.seldom = cls._add_buyers(50, *SELDOM)

    @classmethod
    def _score(cls):
        """Score as ``_run`` does, once for all tests of a class."""
        run = cls.env["crm.scoring.run"]
        run.create({"policy_id": cls.policy.id, "as_of": TODAY})._execute()

    @classmethod
    def _add_buyers(cls, count, interval, amount, seed=1):
        rng = random.Random(f"{seed}/{interval}")
        partners = cls.env["res.partner"].create(
            [{"name": f"Every {interval} days {seed}-{n}"} for n in range(count)]
        )
        rows = []
        for partner in partners:
            day = 500 * rng.random() / 5
            while day < 500:
                rows.append(
                    {
                        "partner_id": partner.id,
                        "company_id": cls.company.id,
                        "date": TODAY - timedelta(days=500 - int(day)),
                        "amount": round(amount * rng.uniform(0.7, 1.4), 2),
                    }
                )
                day += 1 + interval * rng.uniform(0.5, 1.5)
        cls.env["crm.purchase.history"].create(rows)
        return partners

    @classmethod
    def _segmentation(cls, *codes, **values):
        codes = codes or ("purchase_interval", "average_purchase")
        variables = cls.env["crm.needs.variable"].search([("code", "in", codes)])
        return cls.env["crm.needs.segmentation"].create(
            {
                "company_id": cls.company.id,
                "variable_ids": [(6, 0, variables.ids)],
                **values,
            }
        )

    @classmethod
    def _found(cls, *codes, **values):
        segmentation = cls._segmentation(*codes, **values)
        assert segmentation._execute(), segmentation.message
        return segmentation

    def _clusters_of(self, partners):
        profiles = self._profiles().filtered(lambda one: one.partner_id in partners)
        return profiles.needs_cluster_id


@tagged("post_install", "-at_install")
class TestNeeds(NeedsCase):
    """Clusters are found on demand, and told in words."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._score()

    def test_customers_who_buy_alike_are_together(self):
        segmentation = self._found()
        self.assertEqual(segmentation.cluster_count, 2)
        often, seldom = segmentation.cluster_ids
        self.assertEqual(self._clusters_of(self.often), often)
        self.assertEqual(self._clusters_of(self.seldom), seldom)
        self.assertEqual((often.customer_count, seldom.customer_count), (70, 50))
        self.assertEqual(segmentation.progress, 100)

    def test_clusters_are_told_in_words_with_numbers(self):
        often, seldom = self._found().cluster_ids
        self.assertRegex(often.description, r"Orders every 1\d days; ")
        self.assertRegex(seldom.description, r"An order is worth .*\d{3}.*;")
        self.assertIn("Occasional buyers", seldom.name)
        self.assertIn("Frequent buyers", often.name)
        self.assertRegex(
            often.stability, "Stable: found again in 100 of 100 random samples"
        )

    def test_explanation_of_a_profile_names_the_cluster(self):
        self._found()
        profile = self._profile(self.often[0])
        statements = [one["sentence"] for one in profile._statements()]
        self.assertIn("Buys like 69 other customers", statements[1])

    def test_two_clusters_of_the_same_kind_have_different_names(self):
        segmentation = self._found()
        first, second = segmentation.cluster_ids
        second.traits = first.traits
        second._name_by_traits()
        self.assertEqual(second.name, f"{first.name} 2")

    def test_one_variable_is_enough(self):
        segmentation = self._found("purchase_interval", cluster_number="2")
        self.assertEqual(segmentation.cluster_count, 2)

    def test_kinds_from_categories_and_thirds(self):
        industry, other = self.env["res.partner.industry"].search([], limit=2)
        self.seldom.industry_id = industry
        self.often.industry_id = other
        segmentation = self._found(
            "industry",
            "average_purchase",
            "purchase_interval",
            method="latent",
            cluster_number="2",
        )
        self.assertEqual(self._clusters_of(self.seldom).customer_count, 50)
        sentence = self._clusters_of(self.seldom)._trait_sentences()
        self.assertTrue(any(industry.name in one for one in sentence), sentence)
        self.assertTrue(segmentation._number_words())

    def test_mixture_finds_them_too(self):
        segmentation = self._found(method="mixture", cluster_number="2")
        self.assertEqual(segmentation.cluster_ids.mapped("customer_count"), [70, 50])

    def test_what_they_buy(self):
        beans, pods = self.env["product.category"].create(
            [{"name": "Beans"}, {"name": "Pods"}]
        )
        rows = [
            {
                "partner_id": partner.id,
                "company_id": self.company.id,
                "category_id": category.id,
                "spend_share": share,
                "revenue": 100 * share,
            }
            for partners, shares in ((self.often, (0.9, 0.1)), (self.seldom, (0, 1)))
            for partner in partners[1:]
            for category, share in zip((beans, pods), shares, strict=True)
            if share
        ]
        self.env["crm.customer.category"].create(rows)
        segmentation = self._found("category_mix", cluster_number="2")
        cluster = self._clusters_of(self.seldom[1:])
        self.assertEqual(len(cluster), 1)
        self.assertIn("Pods", cluster.name)
        self.assertIn("Buys no Beans", cluster.description)
        self.assertTrue(
            self._clusters_of(self.often[0]), "who has no basket has a place"
        )
        beans.unlink()
        cluster.invalidate_recordset()
        self.assertNotIn("Beans", cluster.description)
        self.assertTrue(segmentation.get_screen()["clusters"])

    def test_screen_counts_everybody_once(self):
        segmentation = self._found()
        screen = segmentation.get_screen()
        counted = sum(sum(row["counts"]) for row in screen["classes"]["rows"])
        self.assertEqual(counted, 120)
        self.assertAlmostEqual(sum(one["share"] for one in screen["clusters"]), 1.0)
        for cluster in screen["clusters"]:
            for bar in cluster["bars"]:
                self.assertTrue(-1 <= bar["size"] <= 1)

    def test_screen_is_read_in_few_queries(self):
        segmentation = self._found()
        segmentation.get_screen()
        self.env.invalidate_all()
        with self.assertQueryCount(14):
            segmentation.get_screen()

    def test_names_and_colours_stay_when_found_again(self):
        segmentation = self._found()
        often, seldom = segmentation.cluster_ids
        seldom.write({"name": "Large and rare", "color": 9, "note": "Visit them"})
        self._add_buyers(60, *SELDOM, seed=2)
        self._run()
        self.assertTrue(segmentation._execute())
        self.assertEqual(segmentation.cluster_ids, seldom | often)
        self.assertEqual(seldom.number, 0, "the larger one now")
        self.assertEqual(
            (seldom.name, seldom.color, seldom.note),
            ("Large and rare", 9, "Visit them"),
        )

    def test_clusters_that_are_gone_are_deleted(self):
        segmentation = self._found()
        former = segmentation.cluster_ids
        self.env.cr.execute(
            "UPDATE crm_customer_profile"
            " SET discount_rate = partner_id %% 2 + partner_id %% 7 / 100.0"
            " WHERE company_id = %s",
            [self.company.id],
        )
        segmentation.variable_ids = self.env.ref(
            "crm_scoring.crm_needs_variable_discount_rate"
        )
        segmentation.cluster_number = "2"
        self.assertTrue(segmentation._execute(), segmentation.message)
        every = segmentation.with_context(active_test=False).cluster_ids
        self.assertEqual(len(every), 2)
        self.assertFalse(former & every)
        self.assertEqual(sum(every.mapped("customer_count")), 120)

    def test_out_of_use_nobody_is_in_a_cluster(self):
        segmentation = self._found()
        segmentation.active = False
        self.assertFalse(self._profiles().needs_cluster_id)
        self.assertEqual(segmentation.state, "draft")
        self._segmentation()

    def test_one_segmentation_per_company_is_in_use(self):
        self._segmentation()
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self._segmentation()


@tagged("post_install", "-at_install")
class TestNeedsRefused(NeedsCase):
    """Too little to tell is an answer with numbers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._score()

    def _refused(self, *codes, **values):
        segmentation = self._segmentation(*codes, **values)
        self.assertFalse(segmentation._execute())
        self.assertEqual(segmentation.state, "refused")
        self.assertFalse(segmentation.cluster_ids)
        return segmentation.message

    def test_too_few_customers(self):
        gone = self.often[:30]
        self.env["crm.purchase.history"].search(
            [("partner_id", "in", gone.ids)]
        ).unlink()
        self._run()
        self.assertRegex(self._refused(), r"need 100 scored customers.*there are 90\.")

    def test_nobody_scored(self):
        self._profiles().unlink()
        self.assertIn("there are 0", self._refused())

    def test_nothing_ticked(self):
        message = self._refused(variable_ids=[(5, 0, 0)])
        self.assertIn("Nothing is ticked", message)

    def test_nothing_known(self):
        self.assertIn("alike in what was ticked", self._refused("channel"))

    def test_all_alike(self):
        self.env.cr.execute(
            "UPDATE crm_customer_profile SET discount_rate = 0.1 WHERE company_id = %s",
            [self.company.id],
        )
        self.assertIn("alike in what was ticked", self._refused("discount_rate"))

    def test_a_cluster_too_small(self):
        message = self._refused(cluster_number="6")
        self.assertRegex(message, r"smallest cluster would have \d+ customers, 20 are")

    def test_a_refusal_leaves_the_former_clusters(self):
        segmentation = self._found()
        segmentation.cluster_number = "6"
        self.assertFalse(segmentation._execute())
        self.assertEqual(segmentation.cluster_count, 2)
        self.assertTrue(self._clusters_of(self.often))

    def test_an_unexpected_error_is_told(self):
        segmentation = self._segmentation()
        self.patch(type(segmentation), "_learn", lambda segmentation: 1 / 0)
        with mute_logger("odoo.addons.crm_scoring.models.crm_needs_segmentation_run"):
            self.assertFalse(segmentation._execute())
        self.assertEqual(segmentation.state, "failed")
        self.assertIn("server log", segmentation.message)


@tagged("post_install", "-at_install")
class TestNeedsRun(NeedsCase):
    """In the background, in steps, and in every run."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._score()

    def _expected(self):
        return {
            profile.partner_id: profile.needs_cluster_id for profile in self._profiles()
        }

    def test_resumed_in_the_middle_gives_the_same(self):
        segmentation = self._found()
        expected = self._expected()
        self.patch(crm_scoring_run_stages, "CUSTOMERS_PER_STEP", 50)
        segmentation._queue()
        segmentation._step()
        segmentation._step()
        self.assertEqual(segmentation.state, "running")
        self.assertTrue(30 < segmentation.progress < 100, segmentation.progress)
        self.env.flush_all()
        self.env.invalidate_all()
        segmentation.last_partner_id = 0  # the step was killed before its commit
        segmentation._cron_compute()
        self.assertEqual(segmentation.state, "done")
        self.assertEqual(self._expected(), expected)

    def test_a_run_assigns_new_customers_and_changes_no_cluster(self):
        segmentation = self._found()
        learned, names = segmentation.learned, segmentation.cluster_ids.mapped("name")
        new = self._add_buyers(3, *SELDOM, seed=7)
        self.patch(crm_scoring_run_stages, "CUSTOMERS_PER_STEP", 50)
        run = self._run()
        self.assertEqual(run.state, "done", run.error)
        self.assertEqual(self._clusters_of(new), segmentation.cluster_ids[1])
        self.assertEqual(segmentation.learned, learned)
        self.assertEqual(segmentation.cluster_ids.mapped("name"), names)

    def test_a_run_killed_while_assigning_goes_on(self):
        self._found()
        expected = self._expected()
        self.patch(crm_scoring_run_stages, "CUSTOMERS_PER_STEP", 50)
        run = self.env["crm.scoring.run"].create(
            {"policy_id": self.policy.id, "as_of": TODAY}
        )
        while run.stage != "needs":
            run._step()
        run._step()
        self.assertEqual(run.stage, "needs", "50 of 120 are done")
        self.env.flush_all()
        self.env.invalidate_all()
        run._execute()
        self.assertEqual(run.state, "done", run.error)
        self.assertEqual(self._expected(), expected)

    def test_a_run_without_segmentation_passes(self):
        run = self._run()
        self.assertEqual(run.state, "done", run.error)
        self.assertFalse(self._profiles().needs_cluster_id)

    def test_queued_by_the_button_and_done_by_the_scheduler(self):
        segmentation = self._segmentation()
        segmentation.action_compute()
        self.assertEqual(segmentation.state, "queued")
        trigger = self.env["ir.cron.trigger"].search(
            [("cron_id", "=", self.env.ref("crm_scoring.ir_cron_needs").id)]
        )
        self.assertTrue(trigger)
        segmentation._cron_compute()
        self.assertEqual(segmentation.state, "done")

    def test_waits_for_the_end_of_a_scoring_run(self):
        segmentation = self._segmentation()
        segmentation.action_compute()
        run = self.env["crm.scoring.run"].create({"policy_id": self.policy.id})
        segmentation._cron_compute()
        self.assertEqual(segmentation.state, "queued")
        run.action_cancel()
        segmentation._cron_compute()
        self.assertEqual(segmentation.state, "done")


@tagged("post_install", "-at_install")
class TestNeedsRights(NeedsCase):
    """Users read, managers decide, companies keep to themselves."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls._add_user("reader", "crm_scoring.group_crm_scoring_user_all")
        cls.manager = cls._add_user("boss", "crm_scoring.group_crm_scoring_manager")
        cls._score()
        cls.segmentation = cls._found()

    def test_users_see_and_do_not_change(self):
        seen = self.segmentation.with_user(self.user)
        self.assertEqual(len(seen.get_screen()["clusters"]), 2)
        with self.assertRaises(AccessError):
            seen.action_compute()
        with self.assertRaises(AccessError):
            seen.cluster_ids[0].name = "Mine"

    def test_managers_name_and_compute(self):
        mine = self.segmentation.with_user(self.manager)
        mine.cluster_ids[0].name = "Regulars"
        mine.action_compute()
        self.assertEqual(mine.state, "queued")
        with self.assertRaises(AccessError):
            mine.cluster_ids.unlink()

    def test_other_companies_see_nothing(self):
        other = self._add_company("Other")
        stranger = self._add_user(
            "stranger", "crm_scoring.group_crm_scoring_manager", company=other
        )
        for model in ("crm.needs.segmentation", "crm.needs.cluster"):
            self.assertFalse(self.env[model].with_user(stranger).search([]))
        action = (
            self.env["crm.needs.segmentation"]
            .with_user(stranger)
            .with_company(other)
            .action_open()
        )
        opened = self.env["crm.needs.segmentation"].browse(action["res_id"])
        self.assertEqual(opened.company_id, other)
        self.assertTrue(opened.variable_ids, "the usual ones are ticked")

    def test_menu_opens_the_companys_own(self):
        seen = self.env["crm.needs.segmentation"].with_user(self.user)
        action = seen.with_company(self.company).action_open()
        self.assertEqual(action["res_id"], self.segmentation.id)

    def test_a_user_without_segmentation_makes_none(self):
        self.segmentation.unlink()
        self.assertFalse(self._profiles().needs_cluster_id)
        seen = self.env["crm.needs.segmentation"].with_user(self.user)
        action = seen.with_company(self.company).action_open()
        self.assertFalse(action.get("res_id"))

    def test_profiles_are_grouped_by_cluster_and_class(self):
        groups = (
            self.env["crm.customer.profile"]
            .with_user(self.user)
            ._read_group([], ["needs_cluster_id", "class_id"], ["__count"])
        )
        self.assertEqual(sum(count for _one, _two, count in groups), 120)
