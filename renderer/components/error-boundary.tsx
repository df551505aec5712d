// Catches what a part of the page throws while it draws, says so in its place, and leaves the rest of the page alone.
import { Component, type ReactElement, type ReactNode } from 'react';
import { Banner } from './banner.tsx';
import { Button } from './button.tsx';
import { CopyButton } from './copy-button.tsx';

interface ErrorBoundaryProps {
  /** What is inside, as in "The ledger could not be drawn". */
  readonly what: string;
  readonly children: ReactNode;
}

interface ErrorBoundaryState {
  readonly error: Error | undefined;
}

export class ErrorBoundary extends Component<ErrorBoundaryProps, ErrorBoundaryState> {
  override state: ErrorBoundaryState = { error: undefined };

  static getDerivedStateFromError(error: unknown): ErrorBoundaryState {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    return error === undefined ? this.props.children : this.#said(error);
  }

  #said(error: Error): ReactElement {
    const { what } = this.props;
    const report = `${what}: ${error.message}\n${error.stack ?? ''}`;
    return (
      <div className="p-3">
        <Banner
          tone="fail"
          isUrgent
          title={`${what} could not be drawn.`}
          actions={
            <>
              <CopyButton text={report} label="Copy the report" />
              <Button onClick={() => this.setState({ error: undefined })}>Draw again</Button>
            </>
          }
        >
          This is a fault of Residuum, not of your run: {error.message}. Nothing on the node is affected. Draw it again,
          or reload the page; if it comes back, report it with the copied text.
        </Banner>
      </div>
    );
  }
}
