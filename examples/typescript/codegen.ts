import type { CodegenConfig } from "@graphql-codegen/cli";

const config: CodegenConfig = {
  schema: "../../schema/schema.graphql",
  documents: "../documents/*.graphql",
  importExtension: ".js",
  emitLegacyCommonJSImports: false,
  generates: {
    "src/generated/": {
      preset: "client",
      presetConfig: { fragmentMasking: { unmaskFunctionName: "unmask" } },
      config: {
        documentMode: "string",
        strictScalars: true,
        useTypeImports: true,
        scalars: {
          Base64: "string",
          Date: "string",
          DateTime: "string",
          FactValue: { input: "never", output: "string | number | boolean" },
          Upload: { input: "Blob", output: "never" },
        },
      },
    },
  },
};

export default config;
