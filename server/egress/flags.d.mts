export declare const guardPath: string;
export declare function gatewayNodeFlags(): string[];
export declare function nodeArguments(argv: string[]): string[];
