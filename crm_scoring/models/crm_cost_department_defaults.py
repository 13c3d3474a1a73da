"""The departments and activities that a company starts with; costs are its own to enter.

Minutes are first guesses to be corrected by who does the work. A bridge to another part
of Odoo adds the activities whose records it knows.
"""

from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

# code: name
DEFAULT_DEPARTMENTS = {
    "sales": _lt("Sales"),
    "service": _lt("Customer Service"),
    "administration": _lt("Administration"),
    "warehouse": _lt("Warehouse and Deliveries"),
}

# driver: department, name, minutes each, minutes more for each of another driver
DEFAULT_ACTIVITIES = {
    "meeting": ("sales", _lt("Visit or meet the customer"), 90.0, {}),
    "lead": ("sales", _lt("Follow an opportunity"), 45.0, {}),
    "call": ("service", _lt("Call the customer"), 15.0, {}),
    "email_sent": ("service", _lt("Write to the customer"), 10.0, {}),
    "email_received": ("service", _lt("Answer a message"), 15.0, {}),
    "invoice": ("administration", _lt("Invoice"), 6.0, {"invoice_line": 1.0}),
    "credit_note": ("administration", _lt("Settle a return"), 30.0, {}),
    "late_payment": ("administration", _lt("Remind of a late payment"), 20.0, {}),
}
