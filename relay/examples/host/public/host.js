// Shows what the server hears, as it hears it.
const list = document.getElementById("events");

new EventSource("/events").addEventListener("message", ({ data }) => {
  const { type, timestamp, status, reason } = JSON.parse(data);
  list.querySelector(".empty")?.remove();
  const time = document.createElement("time");
  time.textContent = new Date(timestamp).toLocaleTimeString("sv");
  const code = document.createElement("code");
  code.textContent = type;
  const line = document.createElement("li");
  line.append(time, code, [status, reason].filter(Boolean).join(", "));
  list.prepend(line);
});
