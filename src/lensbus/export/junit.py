"""Results as JUnit XML, as continuous integration reads it."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from xml.etree import ElementTree as ET

from lensbus.conformance.report import Result

ERRORS = ("INCONCLUSIVE",)
SKIPPED = ("SKIP", "UNIMPLEMENTED")


def junit(results: Sequence[Result], about: Mapping[str, str], *, strict: bool = False) -> str:
    """One suite a device, one test a case; with `strict`, what is NON-STRICT fails.

    `about` are the properties of each suite: what was run, and with what.
    """
    root = ET.Element("testsuites", name="lensbus conform")
    for device, group in groupby(results, key=lambda result: result.device):
        root.append(_suite(device, list(group), about, strict=strict))
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _suite(
    device: str, results: Sequence[Result], about: Mapping[str, str], *, strict: bool
) -> ET.Element:
    kinds = [_kind(result, strict=strict) for result in results]
    suite = ET.Element(
        "testsuite",
        name=device,
        tests=str(len(results)),
        failures=str(kinds.count("failure")),
        errors=str(kinds.count("error")),
        skipped=str(kinds.count("skipped")),
        time=f"{sum(result.took_s for result in results):.6f}",
    )
    properties = ET.SubElement(suite, "properties")
    for name, value in about.items():
        ET.SubElement(properties, "property", name=name, value=_printable(value))
    for result, kind in zip(results, kinds, strict=True):
        name, took = result.case.address, f"{result.took_s:.6f}"
        case = ET.SubElement(suite, "testcase", classname=result.case.section, name=name, time=took)
        if kind:
            words = f"{result.verdict}: expected {result.expected}, got {result.actual}"
            child = ET.SubElement(case, kind, message=_printable(words))
            if kind != "skipped":
                child.set("type", result.verdict)
                lines = [result.case.requirement, f"again: {result.again}", *result.frames]
                child.text = _printable("\n".join(lines))
    return suite


def _kind(result: Result, *, strict: bool) -> str:
    """The element that a verdict is told in; none where it passed."""
    if result.verdict in SKIPPED:
        return "skipped"
    if result.verdict in ERRORS:
        return "error"
    fails = result.verdict == "FAIL" or (strict and result.verdict == "NON-STRICT")
    return "failure" if fails else ""


def _printable(text: str) -> str:
    """Text without what XML cannot hold."""
    return "".join(each if each.isprintable() or each == "\n" else "?" for each in text)
