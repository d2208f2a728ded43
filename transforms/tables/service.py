"""Core tables of customer service: what customers complain of, and how much they use (D-13)."""

import dataframely as dy

from transforms.tables import columns as c


class Complaint(dy.Schema):
    """One row per complaint (投诉)."""

    complaint_id = c.key("Number of the complaint")
    account_id = c.text("Customer who complains", required=True)
    complained_on = c.day("Day it came in", required=True)
    subject = c.text("What it is about")
    severity = c.text("How serious, as the source says")
    product_line = c.text("Product line it is about")
    rep_id = c.text("Rep or service person in charge")
    closed_on = c.day("Day it was settled; null while it is open")


class Usage(dy.Schema):
    """One row per customer, product and day (or period ending on it) of use."""

    account_id = c.key("Customer who uses")
    product = c.key("Product, module or device; - where the source says none")
    used_on = c.day("Day of the use, or last day of the period counted", primary_key=True)
    uses = c.number("Times used (logins, running hours, calls …)", required=True)
