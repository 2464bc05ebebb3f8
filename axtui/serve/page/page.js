// The keyboard belongs to the dashboard as soon as it is seen, not only after a click.
window.addEventListener("load", () => {
  const seen = (changes, observer) => {
    if (!document.body.classList.contains("-first-byte")) return;
    observer.disconnect();
    document.querySelector(".xterm-helper-textarea").focus();
  };
  new MutationObserver(seen).observe(document.body, { attributes: true });
});
