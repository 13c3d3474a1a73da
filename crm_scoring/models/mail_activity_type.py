from odoo import api, fields, models

from .crm_contact_cost import CONTACT_CHANNELS, CONTACT_REASONS

CHANNEL_OF_CATEGORY = {"phonecall": "phone", "meeting": "visit"}
# Activities that mean a contact with somebody, whatever they are called by now.
CHANNEL_OF_TYPE = {"mail.mail_activity_data_email": "email"}


class MailActivityType(models.Model):
    """How an activity counts as a contact with the customer, once it is done."""

    _inherit = "mail.activity.type"

    contact_channel = fields.Selection(
        CONTACT_CHANNELS,
        compute="_compute_contact_channel",
        store=True,
        readonly=False,
        help="The channel of the contact that an activity of this type is. Empty: it is"
        " work behind the scenes and no contact with the customer.",
    )
    contact_reason = fields.Selection(
        CONTACT_REASONS,
        help="Why the customer is contacted, unless a word in the subject tells more exactly."
        " Empty: the record of the activity tells, for instance sale on an opportunity.",
    )

    @api.depends("category")
    def _compute_contact_channel(self):
        types = {
            self.env.ref(name, False): channel
            for name, channel in CHANNEL_OF_TYPE.items()
        }
        for activity_type in self:
            activity_type.contact_channel = (
                CHANNEL_OF_CATEGORY.get(activity_type.category)
                or types.get(activity_type._origin)
                or activity_type.contact_channel
            )
