// Not a panel of the product: throws while it draws until it is drawn again, to test what catches that.
import { useState, type ReactElement } from 'react';
import { Button } from '../../../renderer/components/button.tsx';
import { ErrorBoundary } from '../../../renderer/components/error-boundary.tsx';

export function Faulty(): ReactElement {
  const [fault] = useState({ isOver: false });
  return (
    <div
      onClickCapture={() => {
        fault.isOver = true;
      }}
    >
      <ErrorBoundary what="The faulty panel">
        <Thrower fault={fault} />
      </ErrorBoundary>
    </div>
  );
}

function Thrower({ fault }: { readonly fault: { readonly isOver: boolean } }): ReactElement {
  if (!fault.isOver) throw new Error('a planted fault');
  return <Button>Drawn the second time.</Button>;
}
