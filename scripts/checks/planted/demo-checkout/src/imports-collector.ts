import '@gander/collector';
