from odoo import Command, models

# Name, login, team, whether it leads the sales; the number is the salesperson's.
STAFF = (
    ("Giulia Ferri", "giulia", "Horeca", True),
    ("Marco Danieli", "marco", "Horeca", False),
    ("Elena Zanetti", "elena", "Horeca", False),
    ("Paolo Cossutta", "paolo", "Uffici e negozio online", False),
)
# Told in USAGE.md; the demo is served on one's own machine.
PASSWORD = "demo"


class CrmScoringDemo(models.AbstractModel):
    """Salespeople and their teams."""

    _inherit = "crm.scoring.demo"

    def _build_staff(self, books):
        books.users = [self._create_user(*person) for person in STAFF]
        teams = {}
        for user, (_name, _login, team, _leads) in zip(books.users, STAFF, strict=True):
            teams.setdefault(team, []).append(user)
        records = {
            name: self._create_team(name, users) for name, users in teams.items()
        }
        books.teams = [records[team] for _name, _login, team, _leads in STAFF]
        return self.env._("%s salespeople", len(books.users))

    def _create_user(self, name, login, _team, leads):
        group = "group_sale_manager" if leads else "group_sale_salesman_all_leads"
        return self.env["res.users"].create(
            {
                "name": name,
                "login": login,
                "password": PASSWORD,
                "email": f"{login}@torrefazione-aurora.example",
                "company_id": self.env.company.id,
                "company_ids": [Command.set(self.env.company.ids)],
                "group_ids": [
                    Command.link(self.env.ref("base.group_user").id),
                    Command.link(self.env.ref(f"sales_team.{group}").id),
                    Command.link(self.env.ref("base.group_partner_manager").id),
                ],
                "tz": self.env.company.partner_id.tz,
            }
        )

    def _create_team(self, name, users):
        return self.env["crm.team"].create(
            {
                "name": name,
                "company_id": self.env.company.id,
                "user_id": users[0].id,
                "member_ids": [Command.set([user.id for user in users])],
            }
        )
