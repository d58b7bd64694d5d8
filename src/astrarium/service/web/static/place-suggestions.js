// Suggestions for a place while it is typed. Without this file the text is sent as it is and the server asks back.

class PlaceSuggestions extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input[name=place]");
    this.id_field = this.querySelector("input[name=place_id]");
    this.was_field = this.querySelector("input[name=place_was]");
    this.list = document.createElement("ul");
    this.list.id = "place-list";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "Places");
    this.list.hidden = true;
    this.append(this.list);
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", this.list.id], ["autocomplete", "off"]]) {
      this.input.setAttribute(name, value);
    }
    this.places = [];
    this.active = -1;
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.pressed(event));
    this.input.addEventListener("blur", () => this.close());
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.take(Number(option.dataset.index));
    });
  }

  typed() {
    this.id_field.value = "";
    this.was_field.value = "";
    clearTimeout(this.timer);
    this.request?.abort();
    const text = this.input.value.trim();
    if (text.length < 2 || /^[+-]?\d/.test(text)) return this.close();
    this.timer = setTimeout(() => this.ask(text), 120);
  }

  async ask(text) {
    this.request = new AbortController();
    try {
      const answer = await fetch(`/api/v1/places?limit=8&q=${encodeURIComponent(text)}`, { signal: this.request.signal });
      if (!answer.ok) return this.close();
      this.show((await answer.json()).items);
    } catch {
      this.close();
    }
  }

  show(places) {
    this.places = places;
    this.active = -1;
    this.input.removeAttribute("aria-activedescendant");
    this.list.replaceChildren(...places.map((place, index) => this.option(place, index)));
    this.list.hidden = places.length === 0;
    this.input.setAttribute("aria-expanded", String(places.length > 0));
  }

  option(place, index) {
    const item = document.createElement("li");
    item.id = `place-option-${index}`;
    item.dataset.index = String(index);
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    const name = document.createElement("span");
    name.textContent = place.name;
    const where = document.createElement("small");
    where.textContent = [place.region, place.country_name].filter(Boolean).join(", ");
    item.append(name, " ", where);
    return item;
  }

  pressed(event) {
    if (this.list.hidden) return;
    const count = this.places.length;
    if (event.key === "ArrowDown") this.point((this.active + 1) % count);
    else if (event.key === "ArrowUp") this.point((this.active - 1 + count) % count);
    else if (event.key === "Enter" && this.active >= 0) this.take(this.active);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
  }

  point(index) {
    this.active = index;
    [...this.list.children].forEach((item, position) => item.setAttribute("aria-selected", String(position === index)));
    const item = this.list.children[index];
    item.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", item.id);
  }

  take(index) {
    const place = this.places[index];
    this.input.value = place.label;
    this.id_field.value = String(place.geoname_id);
    this.was_field.value = place.label;
    this.close();
  }

  close() {
    clearTimeout(this.timer);
    this.list.hidden = true;
    this.active = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}

customElements.define("place-suggestions", PlaceSuggestions);
