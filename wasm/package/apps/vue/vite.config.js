import vue from "@vitejs/plugin-vue";

const isCustomElement = (tag) => tag.endsWith("-link");
const plugins = [vue({ template: { compilerOptions: { isCustomElement } } })];
const input = ["index.html", "support.html"];
export default { plugins, build: { rolldownOptions: { input } } };
