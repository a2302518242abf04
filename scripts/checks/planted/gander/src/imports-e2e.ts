import '../../e2e/tests/imports-sdk.ts';
