import '@gander/sdk';
