"""Greets people by name, and remembers how many."""

from __future__ import annotations

from milkbottle import Context, Invocation, Plugin

plugin = Plugin()


@plugin.command("hello-python")
def hello(invocation: Invocation, context: Context) -> dict[str, object]:
    """Prints for people, and returns the same for programs: --json shows what is returned."""
    options = invocation.options
    if "from" in options:
        with open(options["from"], encoding="utf-8") as file:
            names = read_names(file.read())
    else:
        names = [invocation.arguments["name"]]
    total = context.kv.get("greeted", 0) + len(names)
    context.kv.set("greeted", total)
    for line in greet(names, options["greeting"]):
        print(line)
    if options["count"]:
        print(f"Greeted so far: {total}")
    return {"greeted": names, "total": total}


def greet(names: list[str], greeting: str) -> list[str]:
    """One line for each name."""
    return [f"{greeting}, {name}!" for name in names]


def read_names(text: str) -> list[str]:
    """The names in a text: one a line, without what stands around them."""
    return [line.strip() for line in text.split("\n") if line.strip()]


if __name__ == "__main__":
    plugin.run()
