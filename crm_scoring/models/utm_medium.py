from odoo import api, fields, models

from .crm_contact_cost import CONTACT_CHANNELS

# Words in the name of a medium, in the order in which they are tried.
WORDS_OF_CHANNEL = {
    "post": ("direct mail", "by post", "flyer", "print"),
    "email": ("mail", "newsletter"),
    "phone": ("phone", "call", "sms", "telef"),
    "visit": ("visit", "salesperson", "door"),
    "ecommerce": ("shop", "store", "marketplace", "commerce"),
    "social": (
        "facebook",
        "instagram",
        "linkedin",
        "social",
        "tiktok",
        "whatsapp",
        "youtube",
    ),
    "event": ("event", "fair", "fiera", "trade show", "webinar"),
    "web": ("web", "site", "sito", "banner", "google", "search", "online", "chat"),
}
CHANNEL_OF_NAME = {"X": "social", "Direct": "visit"}


class UtmMedium(models.Model):
    """The channel through which a request came in."""

    _inherit = "utm.medium"

    contact_channel = fields.Selection(
        CONTACT_CHANNELS,
        compute="_compute_contact_channel",
        store=True,
        readonly=False,
        help="The channel under which leads of this medium count in the contact timeline.",
    )

    @api.depends("name")
    def _compute_contact_channel(self):
        for medium in self:
            name = (medium.name or "").lower()
            channels = (
                channel
                for channel, words in WORDS_OF_CHANNEL.items()
                if any(word in name for word in words)
            )
            medium.contact_channel = (
                medium.contact_channel
                or CHANNEL_OF_NAME.get(medium.name)
                or next(channels, False)
            )
