import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Locator, type Page } from '@playwright/test';
import * as path from 'node:path';
import { ServedSite } from './served';
import { copyExample, rootFolder } from './tool';

/** What the script got, by variable. */
async function received(page: Page): Promise<Record<string, unknown>> {
  await expect(page).toHaveURL(/\/b\/[a-z0-9]{32}\/o$/);
  await expect(page.locator('[data-variable=received]')).toContainText('town');
  const response = await page.request.get(`${page.url()}/received`);
  return (await response.json()) as Record<string, unknown>;
}

async function choose(field: Locator, text: string, name: string): Promise<void> {
  await field.fill(text);
  await field.page().getByRole('option', { name, exact: true }).click();
}

test.describe('every kind of input', () => {
  let site: ServedSite;

  test.beforeEach(async ({ page }, { title }) => {
    const folder = path.join(rootFolder(), copyExample('form-gallery', title));
    site = await ServedSite.start(folder);
    await page.goto(`${site.uri}a/form-gallery/b/standard/i`);
  });

  test.afterEach(() => site.stop());

  test('posts what the batch has when nothing is changed', async ({ page }) => {
    await page.getByRole('button', { name: 'Run' }).click();
    const values = await received(page);
    expect(values).toMatchObject({
      secret_length: 11,
      dishes: ['soup', 'cake'],
      ages: [18, 70],
      reply_by: '2026-06-01T12:00:00+02:00',
      outdoors: true,
      prices: [
        { dish: 'soup', price: '4.5' },
        { dish: 'cake', price: '3' }
      ],
      guest_list: 'Ada\nGrace'
    });
  });

  test('posts what a person fills in', async ({ page }) => {
    await page.getByLabel('Town').fill('Ås');
    await page.getByRole('spinbutton', { name: 'Guests' }).fill('12');
    await page.getByLabel('Email').fill('guest@example.com');
    await page.getByLabel('Password').fill('hush');
    await page.getByLabel('Wishes').fill('Sun\n"and" <moon>');
    await page.getByLabel('Invitation').fill('*Welcome*');
    await page.getByRole('radio', { name: 'Lunch' }).check();
    await page.getByRole('checkbox', { name: 'Flowers' }).check();
    await page.getByLabel('Room').selectOption('Garden');
    await choose(page.getByRole('combobox', { name: 'Country' }), 'land', 'Iceland');
    await page.getByRole('button', { name: 'Remove soup' }).click();
    await choose(page.getByRole('combobox', { name: 'Dishes' }), 'FI', 'fish');
    await page.keyboard.press('Escape');
    const budget = page.getByRole('slider', { name: 'Budget' });
    await budget.focus();
    await budget.press('End');
    await budget.press('ArrowLeft');
    await page.getByRole('spinbutton', { name: 'Ages: from' }).fill('21');
    await page.getByLabel('Day').fill('2026-07-01');
    await page.getByLabel('Doors open at').fill('19:15');
    await page.getByLabel('Reply by').fill('2026-01-15T10:00');
    await page.getByLabel('Colour', { exact: true }).fill('#A1B2C3');
    await page.getByRole('switch', { name: 'Outdoors' }).click();
    await page.getByRole('textbox', { name: 'seats, row 1' }).fill('6');
    await page.getByRole('combobox', { name: 'place, row 2' }).selectOption('window');
    await page.getByRole('button', { name: 'Add row: Prices' }).click();
    await page.keyboard.type('tea');
    await page.keyboard.press('Tab');
    await page.keyboard.type('1.50');
    await page.getByLabel('Options').fill('[1, {"a": null}]');
    await page.getByLabel('Guest lists', { exact: true }).setInputFiles(
      ['Linus', 'Margaret'].map((name, index) => ({
        name: `${index}.txt`,
        mimeType: 'text/plain',
        buffer: Buffer.from(name)
      }))
    );
    await expect(page.getByText('Uploaded: 0.txt, 1.txt')).toBeVisible();
    await page.getByRole('button', { name: 'Run' }).click();
    expect(await received(page)).toEqual({
      town: 'Ås',
      guests: 12,
      email: 'guest@example.com',
      secret_length: 4,
      wishes: 'Sun\n"and" <moon>',
      invitation: '*Welcome*',
      meal: 'lunch',
      extras: 'music\nflowers',
      room: 'garden',
      country: 'IS',
      dishes: ['cake', 'fish'],
      budget: 1950,
      ages: [21, 70],
      day: '2026-07-01',
      hour: '19:15',
      reply_by: '2026-01-15T10:00:00+01:00',
      paint: '#a1b2c3',
      outdoors: false,
      tables: {
        columns: ['name', 'seats', 'place', 'reserved'],
        data: [
          ['Birch', 6, 'window', true],
          ['Oak', 8, 'window', false]
        ]
      },
      prices: [
        { dish: 'soup', price: '4.5' },
        { dish: 'cake', price: '3' },
        { dish: 'tea', price: '1.5' }
      ],
      options: [1, { a: null }],
      guest_list: 'Linus\nMargaret'
    });
    await expect(page.locator('time[datetime="2026-07-01"]')).toHaveText(/July 1, 2026/);
    await expect(page.getByText('✘ inside')).toBeVisible();
  });

  test('tells what is refused beside each field, and goes to the first', async ({ page }) => {
    await page.getByRole('combobox', { name: 'Country' }).fill('Atlantis');
    await page.getByRole('button', { name: 'Remove soup' }).click();
    await page.getByRole('button', { name: 'Remove Chocolate cake' }).click();
    await page.getByRole('spinbutton', { name: 'Budget' }).fill('1234');
    await page.getByLabel('Day').fill('2025-12-31');
    await page.getByLabel('Colour', { exact: true }).fill('red');
    await page.getByRole('textbox', { name: 'seats, row 2' }).fill('many');
    await page.getByLabel('Options').fill('{');
    await page.getByRole('button', { name: 'Run' }).click();
    await expect(page.getByText('"Atlantis" is not one of the options')).toBeVisible();
    await expect(page.getByRole('combobox', { name: 'Country' })).toBeFocused();
    for (const message of [
      'choose at least 1',
      'must be a multiple of 50',
      'must not be before 2026-01-01',
      '"red" is not a colour such as #1a2b3c',
      'row 2, "seats": "many" is not a number',
      /^is not JSON/
    ]) {
      await expect(page.getByText(message)).toBeVisible();
    }
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes[0].html])).toEqual([]);
  });

  test('is filled in by the keyboard alone, and kept over a reload', async ({ page }) => {
    await page.getByRole('combobox', { name: 'Country' }).focus();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('pol');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    // Past the chip and its button: the field of the dishes.
    await page.getByRole('combobox', { name: 'Dishes' }).focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await page.getByRole('switch', { name: 'Outdoors' }).focus();
    await page.keyboard.press('Space');
    await page.getByRole('textbox', { name: 'name, row 2' }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.type('Elm');
    await page.reload();
    await expect(page.getByRole('combobox', { name: 'Country' })).toHaveValue('Poland');
    await expect(page.getByRole('switch', { name: 'Outdoors' })).not.toBeChecked();
    await expect(page.getByRole('textbox', { name: 'name, row 3' })).toHaveValue('Elm');
    await expect(page.getByText('✎ changed')).toHaveCount(4);
  });

  test('takes what a spreadsheet copies', async ({ page }) => {
    const cell = page.getByRole('textbox', { name: 'dish, row 1' });
    await cell.evaluate(element => {
      const data = new DataTransfer();
      data.setData('text/plain', 'dish\tprice\nbread\t2\nwine\t7,5\n');
      element.dispatchEvent(
        new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })
      );
    });
    await expect(page.getByRole('textbox', { name: 'price, row 2' })).toHaveAttribute(
      'aria-invalid',
      'true'
    );
    await page.getByRole('textbox', { name: 'price, row 2' }).fill('7.5');
    await page.getByRole('button', { name: 'Run' }).click();
    expect((await received(page)).prices).toEqual([
      { dish: 'bread', price: '2' },
      { dish: 'wine', price: '7.5' }
    ]);
  });

  test('fits a narrow screen, light and dark, and axe has nothing to say', async ({ browser }) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const context = await browser.newContext({
        colorScheme,
        viewport: { width: 320, height: 640 }
      });
      const page = await context.newPage();
      await page.goto(`${site.uri}a/form-gallery/b/standard/i`);
      await page.getByRole('combobox', { name: 'Country' }).click();
      await expect(page.getByRole('option', { name: 'Norway' })).toBeVisible();
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => [id, nodes[0].html])).toEqual([]);
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth
      );
      expect(overflow).toBe(0);
      await context.close();
    }
  });
});
