"""The contract that import-linter has no word for: a feature of the service has one door.

`astrarium.service` is laid out by feature. A feature may use another one only through that one's `service`
module; what is listed as `shared` (the database, the HTTP plumbing) is open to every feature, and knows features
by their doors only. Modules that lie directly in the package (`app`, `settings`, `problems`) belong to no feature:
they may import, and be imported by, anyone.
"""

from typing import cast

from grimp import DetailedImport, ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class OneDoorContract(Contract):
    """Options: `package` that holds the features, their `door`, and the sub-packages that are `shared`."""

    package = fields.StringField()
    door = fields.StringField()
    shared = fields.ListField(subfield=fields.StringField(), required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002 (the base's signature)
        """Collect every import from one room into a feature that is not itself and does not enter by its door."""
        package = cast("str", self.package)
        rooms = {room for room in graph.find_children(package) if graph.find_children(room)}
        features = rooms - {f"{package}.{name}" for name in cast("list[str] | None", self.shared) or []}
        trespasses = [
            graph.get_import_details(importer=importer, imported=imported)[0]
            for room in sorted(rooms)
            for importer in sorted({room} | graph.find_descendants(room))
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
            if self._trespasses(imported, home=room, features=features)
        ]
        return ContractCheck(kept=not trespasses, metadata={"trespasses": trespasses})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print each trespass with its line."""
        for found in cast("list[DetailedImport]", check.metadata["trespasses"]):
            output.print_error(f"- {found['importer']} -> {found['imported']} (l.{found['line_number']})")
        output.print_error(
            f"Import the feature's `{self.door}` module instead, or move the code into it.", bold=False
        )
        output.new_line()

    def _trespasses(self, imported: str, *, home: str, features: set[str]) -> bool:
        owner = next((feature for feature in features if f"{imported}.".startswith(f"{feature}.")), home)
        return owner != home and imported != f"{owner}.{self.door}"
