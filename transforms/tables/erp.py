"""Core tables that come from an ERP."""

import dataframely as dy
import polars as pl

from transforms.tables import columns as c

DOCUMENT_KINDS = ("sale", "return", "cancellation", "adjustment")


class OrderLine(dy.Schema):
    """One row per line of an order document; returns and cancellations are documents of their own.

    Amounts are net of VAT and negative where they take sales back (D-30).
    """

    order_id = c.key("Number of the document")
    line_number = c.key("Number of the line in its document")
    document_kind = c.one_of(
        *DOCUMENT_KINDS, description="sale, return, cancellation or adjustment", required=True
    )
    ordered_on = c.day("Day of the document", required=True)
    account_id = c.text("Customer")
    rep_id = c.text("Rep")
    region = c.text("Region, where the document itself says one")
    channel = c.text("Channel")
    product_id = c.text("Product")
    product_line = c.text("Product line, where the source says it")
    quantity = c.number("Quantity, negative where goods come back")
    unit_price = c.number("Price of one, net of tax")
    net_amount = c.money("Amount net of tax", required=True)
    tax_amount = c.money("VAT")
    cost_amount = c.money("Cost of the goods, where the source says it")
    currency = c.text("Currency")


class Invoice(dy.Schema):
    """One row per invoice or credit note; gross amounts (D-30)."""

    invoice_id = c.key("Invoice number")
    order_id = c.text("Order invoiced")
    contract_id = c.text("Contract invoiced")
    account_id = c.text("Customer")
    rep_id = c.text("Rep")
    channel = c.text("Channel")
    invoiced_on = c.day("Invoice date", required=True)
    due_on = c.day("Day payment is due")
    net_amount = c.money("Net of VAT")
    gross_amount = c.money("Gross of VAT, negative on a credit note (红字发票)", required=True)
    currency = c.text("Currency")
    is_cancelled = c.flag("Void (作废): it counts for nothing")


class Payment(dy.Schema):
    """One row per payment received (回款)."""

    payment_id = c.key("Payment number")
    account_id = c.text("Customer")
    invoice_id = c.text("Invoice paid")
    rep_id = c.text("Rep credited")
    channel = c.text("Channel")
    paid_on = c.day("Day the money arrived", required=True)
    amount = c.money("Amount received", required=True)
    currency = c.text("Currency")


class PaymentPlan(dy.Schema):
    """One row per instalment (预付款, 发货款, 验收款, 质保金) of an order or contract (D-30).

    What is due comes from here; invoices of an order or contract with a plan are not due besides.
    """

    instalment_id = c.key("Number of the instalment")
    order_id = c.text("Order it belongs to")
    contract_id = c.text("Contract it belongs to")
    account_id = c.text("Customer")
    rep_id = c.text("Rep")
    channel = c.text("Channel")
    instalment = c.text("Which one: 预付款, 发货款, 验收款, 质保金")
    due_on = c.day("Day it is due; null while that is open")
    amount = c.money("Amount due, gross of VAT", required=True)
    currency = c.text("Currency")


class Product(dy.Schema):
    """One row per product."""

    product_id = c.key("Product number or name")
    product_name = c.text("Name")
    product_line = c.text("Product line (产品线)")
    life_cycle_stage = c.text("Stage of life: 导入, 成长, 成熟, 衰退")
    list_price = c.number("List price, net of tax")


class ProductCost(dy.Schema):
    """One row per product and period of validity of its cost (D-29)."""

    product_id = c.key("Product")
    valid_from = c.day("First day the cost holds", primary_key=True)
    valid_to = c.day("Last day the cost holds; null while it still does")
    unit_cost = c.number("Cost of one", required=True)

    @dy.rule()
    def ends_after_it_starts(cls) -> pl.Expr:
        """A cost cannot end before it starts."""
        return (pl.col("valid_to") >= pl.col("valid_from")).fill_null(value=True)


class Inventory(dy.Schema):
    """One row per product, channel and count of the stock there."""

    product_id = c.key("Product")
    channel = c.key("Channel that holds the stock")
    counted_on = c.day("Day of the count", primary_key=True)
    quantity = c.number("Quantity on hand", required=True)
    stock_value = c.money("Value at cost")


class CampaignSpend(dy.Schema):
    """One row per day, channel, campaign and part of it: marketing spend."""

    spent_on = c.day("Day of the spend", primary_key=True)
    channel = c.key("Channel")
    campaign = c.key("Campaign")
    detail = c.key("Finer part of the campaign (ad group, ad, device); - where there is none")
    amount = c.money("Amount spent, net of tax", required=True)
    currency = c.text("Currency")
    impressions = c.count("Times shown")
    clicks = c.count("Clicks")
    campaign_leads = c.number("Leads or conversions that the platform itself counts")


class ControlTotal(dy.Schema):
    """One row per total that the ERP itself reports, to which the warehouse must tie."""

    metric = c.key("Metric code whose total it is")
    scope_kind = c.key("company, region or team")
    scope = c.key("Which one; 'company' for the company")
    period_start = c.day("First day", primary_key=True)
    period_end = c.day("Last day", primary_key=True)
    amount = c.money("Total as the ERP states it", required=True)


class ExchangeRate(dy.Schema):
    """One row per pair of currencies and day: what one unit is worth from that day on."""

    currency = c.key("Currency converted from, ISO 4217")
    to_currency = c.key("Currency converted to")
    valid_from = c.day("First day the rate holds", primary_key=True)
    rate = c.number("Units of `to_currency` for one of `currency`", required=True)

    @dy.rule()
    def rate_is_positive(cls) -> pl.Expr:
        """An exchange rate is above zero."""
        return pl.col("rate") > 0
