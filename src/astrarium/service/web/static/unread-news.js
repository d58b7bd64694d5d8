// How much of the news is unread, beside the link to it; asked for anew when one comes back to the page.

class UnreadNews extends HTMLElement {
  connectedCallback() {
    this.ask();
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.ask();
    });
  }

  async ask() {
    try {
      const answer = await fetch("/api/v1/notifications/unread");
      if (!answer.ok) return;
      const { unread } = await answer.json();
      this.textContent = unread ? String(unread) : "";
      this.toggleAttribute("data-some", unread > 0);
    } catch {
      // The next page asks again.
    }
  }
}

customElements.define("unread-news", UnreadNews);
