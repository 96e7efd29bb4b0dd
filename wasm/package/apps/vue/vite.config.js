import vue from "@vitejs/plugin-vue";

const isCustomElement = (tag) => tag.includes("-");
const plugins = [vue({ template: { compilerOptions: { isCustomElement } } })];
const input = ["index.html", "support.html"];
export default { plugins, build: { rolldownOptions: { input } } };
