"""QR codes as pictures of a page: dark on light whatever the reader's theme, since cameras want it so."""

import io

import segno


def qr_code(text: str) -> str:
    """An SVG to be put into a page, with the four modules of quiet around it that the standard asks for."""
    picture = io.BytesIO()
    segno.make_qr(text, error="m").save(
        picture, kind="svg", border=4, xmldecl=False, svgns=True, omitsize=True, svgclass="qr", lineclass=None,
        dark="#000", light="#fff", nl=False,
    )  # fmt: skip
    return picture.getvalue().decode()
