import { svelte } from "@sveltejs/vite-plugin-svelte";

export default { plugins: [svelte()], build: { rolldownOptions: { input: ["index.html", "support.html"] } } };
