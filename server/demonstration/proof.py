"""A paper that an applicant puts forward in the demonstration: one page, plainly marked as an example."""

from io import BytesIO

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from core.exporting.pdf import FONT


def proof(name: str, kind: str, amount: int) -> bytes:
    """A PDF that says what ``name`` did; the same for the same."""
    page = BytesIO()
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    canvas = Canvas(page, invariant=True)
    for place, line in enumerate(
        ("示例材料 EXAMPLE", f"{name}：{kind}，数量或等次 {amount}", "示例单位，不作任何证明之用")
    ):
        canvas.setFont(FONT, 18 if place == 0 else 12)
        canvas.drawString(72, 760 - 36 * place, line)
    canvas.save()
    return page.getvalue()
