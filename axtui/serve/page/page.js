// The keyboard belongs to the dashboard from the start, not only after a click.
window.addEventListener("load", () => {
  const keyboard = document.querySelector(".xterm-helper-textarea");
  if (keyboard) keyboard.focus();
});
