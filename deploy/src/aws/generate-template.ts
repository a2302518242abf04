import { Template } from 'aws-cdk-lib/assertions';
import { createApp, createLakeStack } from './lake-stack.ts';

/** The synthesized CloudFormation: path from the root → content. Takes seconds, since it loads the CDK. */
export const generateTemplate = (): ReadonlyMap<string, string> => {
  const template = Template.fromStack(createLakeStack(createApp())).toJSON() as object;
  return new Map([
    ['deploy/aws/generated/gander-lake.template.json', `${JSON.stringify(template, undefined, 1)}\n`],
  ]);
};
