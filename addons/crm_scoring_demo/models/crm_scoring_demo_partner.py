from odoo import Command, models

# Of seven purchases of the old system, one came without its margin.
MARGIN_UNKNOWN_EVERY = 7


class CrmScoringDemo(models.AbstractModel):
    """Customers, their contacts, and what they bought in the system before Odoo."""

    _inherit = "crm.scoring.demo"

    def _build_customers(self, books):
        customers = books.story.customers
        tags = self._partner_tags({c.segment.tag for c in customers})
        languages = self._languages()
        partners = self.env["res.partner"].create(
            [self._partner_vals(books, c, tags, languages) for c in customers]
        )
        books.partners = dict(zip([c.key for c in customers], partners, strict=True))
        owned = [(c, contact) for c in customers for contact in c.contacts]
        contacts = self.env["res.partner"].create(
            [self._contact_vals(books.partners[c.key], contact) for c, contact in owned]
        )
        keys = [contact.key for _customer, contact in owned]
        books.partners |= dict(zip(keys, contacts, strict=True))
        return self.env._(
            "%(customers)s customers, %(contacts)s contacts",
            customers=len(partners),
            contacts=len(contacts),
        )

    def _partner_vals(self, books, customer, tags, languages):
        country = self.env.ref(f"base.{customer.country.lower()}")
        industry = customer.segment.industry
        return {
            "name": customer.name,
            "ref": customer.key,
            "is_company": customer.segment.is_company,
            "company_id": False if customer.is_shared else self.env.company.id,
            "street": customer.street,
            "zip": customer.postcode,
            "city": customer.city,
            "state_id": self._state(country, customer.province),
            "country_id": country.id,
            "email": customer.email,
            "phone": customer.phone,
            "vat": customer.vat,
            "lang": languages.get(customer.country, self.env.lang),
            "industry_id": self.env.ref(f"base.{industry}").id if industry else False,
            "category_id": [Command.link(tags[customer.segment.tag].id)],
            "user_id": books.users[customer.salesperson].id,
            "property_payment_term_id": books.terms[customer.term].id,
        }

    def _contact_vals(self, partner, contact):
        return {
            "parent_id": partner.id,
            "company_id": partner.company_id.id,
            "type": contact.kind if contact.kind != "other" else "contact",
            "name": contact.name,
            "email": contact.email,
            "phone": contact.phone,
            "lang": partner.lang,
            **{name: partner[name] for name in ("street", "zip", "city")},
            **{name: partner[name].id for name in ("state_id", "country_id")},
        }

    def _state(self, country, code):
        return country.state_ids.filtered(lambda state: state.code == code)[:1].id

    def _languages(self):
        """Code of the installed language that each country is written to in."""
        installed = {code for code, _name in self.env["res.lang"].get_installed()}
        wanted = {"IT": "it_IT", "CH": "it_IT", "AT": "de_DE", "SI": "sl_SI"}
        return {country: lang for country, lang in wanted.items() if lang in installed}

    def _partner_tags(self, names):
        tags = self.env["res.partner.category"].create(
            [
                {"name": name, "color": color % 11 + 1}
                for color, name in enumerate(sorted(names))
            ]
        )
        return {tag.name: tag for tag in tags}

    def _build_history(self, books):
        """Import what the old system knew: customer, day, amount and most margins."""
        story = books.story
        rows = [
            self._history_vals(books, purchase, f"GEST-{purchase.key}", purchase.day, 1)
            for purchase in story.history
        ]
        rows += [
            self._history_vals(
                books,
                returned.purchase,
                f"GEST-{returned.purchase.key}-R",
                returned.day,
                -returned.net / returned.purchase.net,
            )
            for returned in story.history_returns
        ]
        self.env["crm.purchase.history"].create(rows)
        return self.env._("%s purchases of the old system", len(rows))

    def _history_vals(self, books, purchase, name, day, share):
        currency = books.currencies[purchase.customer.currency]
        rate = share * self._rate(books, currency, day)
        vals = {
            "name": name,
            "partner_id": books.partners[purchase.buyer].id,
            "company_id": self.env.company.id,
            "currency_id": currency.id,
            "date": day,
            "amount": currency.round(purchase.net * rate),
        }
        if int(purchase.key) % MARGIN_UNKNOWN_EVERY:
            cost = sum(line.cost for line in purchase.lines)
            vals["margin"] = currency.round((purchase.net - cost) * rate)
        return vals

    def _rate(self, books, currency, day):
        """Units of ``currency`` for one euro on ``day``."""
        if currency == self.env.company.currency_id:
            return 1
        return [rate for first, rate in books.story.rates if first <= day][-1]
