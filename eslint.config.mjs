// The rules of Odoo's own web client (web/tooling), for eslint's flat configuration.
import js from "@eslint/js";
import globals from "globals";

export default [
    { ignores: ["**/static/lib/**", ".odoo/**", "node_modules/**"] },
    js.configs.recommended,
    {
        files: ["**/*.js", "**/*.mjs"],
        languageOptions: {
            ecmaVersion: 2022,
            sourceType: "module",
            globals: {
                ...globals.browser,
                Chart: "readonly",
                luxon: "readonly",
                odoo: "readonly",
            },
        },
        rules: {
            "arrow-body-style": ["error", "as-needed"],
            curly: ["error", "all"],
            "max-lines": [
                "error",
                { max: 200, skipBlankLines: true, skipComments: true },
            ],
            "max-lines-per-function": [
                "error",
                { max: 30, skipBlankLines: true, skipComments: true },
            ],
            "no-duplicate-imports": "error",
            "no-restricted-globals": ["error", "event", "self"],
            "no-restricted-syntax": ["error", "PrivateIdentifier"],
            "no-unused-vars": [
                "error",
                { vars: "all", args: "none", caughtErrors: "all" },
            ],
            "prefer-const": [
                "error",
                { destructuring: "all", ignoreReadBeforeAssign: true },
            ],
        },
    },
    {
        // a tour is one long list of steps
        files: ["**/static/tests/**/*.js"],
        rules: { "max-lines-per-function": "off" },
    },
];
