import { Follower } from '../follower';

describe('Follower', () => {
  let scroller: HTMLElement;
  let follower: Follower;
  let scrollHeight: number;

  beforeEach(() => {
    scroller = document.createElement('div');
    scrollHeight = 1000;
    Object.defineProperty(scroller, 'clientHeight', { get: () => 200 });
    Object.defineProperty(scroller, 'scrollHeight', { get: () => scrollHeight });
    follower = new Follower(scroller);
  });

  afterEach(() => follower.dispose());

  function scrollTo(top: number): void {
    scroller.scrollTop = top;
    scroller.dispatchEvent(new Event('scroll'));
  }

  it('stays at the end while it follows', () => {
    follower.isFollowing = true;
    scrollHeight = 1500;
    follower.observe(document.createElement('div'));
    expect(scroller.scrollTop).toBe(1500);
  });

  it('leaves the place alone when it does not follow', () => {
    follower.observe(document.createElement('div'));
    expect(scroller.scrollTop).toBe(0);
  });

  it('stops when a person scrolls up, and goes on at the end', () => {
    follower.isFollowing = true;
    scrollTo(800);
    scrollTo(300);
    expect(follower.isFollowing).toBe(false);
    scrollTo(790);
    expect(follower.isFollowing).toBe(true);
  });

  it('is not misled by content that grows', () => {
    follower.isFollowing = true;
    scrollTo(800);
    scrollHeight = 2000;
    scrollTo(800);
    expect(follower.isFollowing).toBe(true);
  });
});
