// A part of a page that follows what happens: it is fetched anew whenever the service tells of its thing.
// Without this file the page loads itself again every few seconds.

const WAIT_MS = 400;

class LivePage extends HTMLElement {
  connectedCallback() {
    if (this.hasAttribute("unfinished")) this.listen();
  }

  disconnectedCallback() {
    this.stream?.close();
    clearTimeout(this.timer);
  }

  listen() {
    const topic = this.getAttribute("topic");
    this.stream = new EventSource(`/api/v1/live/stream?topics=${topic}`);
    const told = (message) => {
      const { data } = JSON.parse(message.data);
      if (!data || [data.id, data.batch_id].includes(this.getAttribute("about"))) this.soon();
    };
    for (const name of [topic, "gap"]) this.stream.addEventListener(name, told);
    // What happened before the stream was open is not told by it.
    this.stream.addEventListener("open", () => this.soon());
  }

  soon() {
    this.timer ??= setTimeout(() => this.renew(), WAIT_MS);
  }

  async renew() {
    this.timer = undefined;
    const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("live-page");
    if (!fresh) return;
    if (!fresh.hasAttribute("unfinished")) return location.replace(location.pathname);
    this.replaceChildren(...fresh.childNodes);
    document.title = page.title;
  }
}

customElements.define("live-page", LivePage);
