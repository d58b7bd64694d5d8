// A button that copies the text beside it. Without this file the text is selected and copied by hand.

class CopyText extends HTMLElement {
  connectedCallback() {
    if (!navigator.clipboard) return;
    this.input = this.querySelector("input");
    this.button = document.createElement("button");
    this.button.type = "button";
    this.button.textContent = "Copy";
    this.said = document.createElement("span");
    this.said.className = "visually-hidden";
    this.said.setAttribute("role", "status");
    this.append(this.button, this.said);
    this.button.addEventListener("click", () => this.copy());
    this.input.addEventListener("focus", () => this.input.select());
  }

  async copy() {
    try {
      await navigator.clipboard.writeText(this.input.value);
      this.tell("Copied");
    } catch {
      this.input.select();
      this.tell("Press Ctrl+C");
    }
  }

  tell(words) {
    this.button.textContent = words;
    this.said.textContent = words;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.button.textContent = "Copy";
      this.said.textContent = "";
    }, 3000);
  }
}

customElements.define("copy-text", CopyText);
